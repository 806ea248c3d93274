#include "daemon/doctor.h"

#include "core/format.h"
#include "core/text.h"
#include "daemon/memory.h"
#include "platform/file.h"
#include "platform/sandbox.h"

namespace hearth::daemon {
namespace {

using Check = api::DoctorCheck;
using Level = Check::Level;

constexpr std::uint64_t kLowDiskBytes = 1ULL << 30U;
constexpr std::uint64_t kNoDiskBytes = 100ULL << 20U;
constexpr long kFewWatches = 65536;

Check check_key(const Patient& patient) {
  const std::string kind(storage::name(patient.vault.key_kind()));
  if (patient.vault.warnings().empty()) {
    return {"key", Level::Ok, format("the vault opens with a key from: {}", kind), ""};
  }
  return {"key", Level::Warn, patient.vault.warnings().front(),
          "Start a desktop keychain, or make a vault with: hearth serve --passphrase"};
}

Check check_database(const Call& call, const Patient& patient) {
  const auto checked = patient.vault.database().check_integrity(call);
  if (checked) return {"database", Level::Ok, "every page and index is whole", ""};
  return {"database", Level::Error, checked.error().message,
          format("Stop the core (hearth shutdown) and put back a copy from {}; your own files are "
                 "untouched, and adding them again rebuilds the library",
                 patient.vault.backup_folder().string())};
}

Check check_disk(const Patient& patient) {
  const auto free = platform::free_bytes(patient.vault.home());
  if (!free) return {"disk", Level::Warn, free.error().message, "Look at the disk of the vault"};
  const std::string message = format("{:.1f} GB free", static_cast<double>(*free) / 1e9);
  if (*free < kNoDiskBytes) {
    return {"disk", Level::Error, message, "Free some space: nothing new can be stored"};
  }
  if (*free < kLowDiskBytes) return {"disk", Level::Warn, message, "Free some space soon"};
  return {"disk", Level::Ok, message, ""};
}

Check check_permissions(const Patient& patient) {
  for (const char* name : {"vault.db", "vault.json", "vault.key"}) {
    const auto path = patient.vault.home() / name;
    const auto own = platform::is_private(path);
    if (own && !*own) {
      return {"permissions", Level::Error, format("{} can be read by others", path.string()),
              format("chmod 600 {}", path.string())};
    }
  }
  return {"permissions", Level::Ok, "the vault is readable by you alone", ""};
}

Check check_helpers(const Patient& patient) {
  for (const char* name : {"hearth-worker", "hearth-extract"}) {
    std::error_code error;
    if (!std::filesystem::exists(patient.programs / name, error)) {
      return {"helpers", Level::Error,
              format("{} is missing from {}", name, patient.programs.string()),
              "Install Hearth again: its programs belong together"};
    }
  }
  return {"helpers", Level::Ok, "the worker and the extractor are in place", ""};
}

Check check_sandbox() {
  const platform::SandboxReport support = platform::sandbox_support();
  if (support.holds() && support.gaps.empty()) {
    return {"sandbox", Level::Ok, "helpers have no network, no files and no way to start programs",
            ""};
  }
  std::string gaps;
  for (const std::string& gap : support.gaps) gaps += (gaps.empty() ? "" : "; ") + gap;
  if (support.holds()) return {"sandbox", Level::Ok, "it holds, without: " + gaps, ""};
  return {"sandbox", Level::Warn, gaps, "Use a kernel with Landlock and seccomp (Linux 5.13 on)"};
}

Check check_memory() {
  if (is_memory_private()) {
    return {"memory", Level::Ok, "no core dump and no other program can take the key out", ""};
  }
  return {"memory", Level::Warn, "a core dump would hold the key and what was read",
          "Restart the core with: hearth shutdown, then hearth status"};
}

Check check_embedder(const Patient& patient) {
  const search::IndexStats stats = patient.index.stats();
  if (!stats.problem.empty()) {
    return {"embedder", Level::Error, stats.problem,
            "Search by word goes on. Put the model back with: ./dev setup, then restart the core"};
  }
  if (patient.embedder.info().fingerprint.empty()) {
    return {"embedder", Level::Error, "no embedding model is installed",
            "Search by word goes on. Install one with: ./dev setup, then restart the core"};
  }
  if (stats.loading) {
    return {"embedder", Level::Ok,
            format("{}: the index over {} passages is being loaded", stats.embedder, stats.chunks),
            ""};
  }
  return {
      "embedder", Level::Ok,
      format("{}: {} of {} passages have a vector", stats.embedder, stats.embedded, stats.chunks),
      ""};
}

Check check_chat(const Patient& patient) {
  const inference::ChatModelInfo info = patient.chat.info();
  if (info.name.empty()) {
    return {"chat", Level::Warn, "no chat model is installed: answers are quotes from your files",
            "Install one with: ./dev up"};
  }
  if (info.exam_score && !info.passed_exam) {
    return {"chat", Level::Warn,
            format("{} did not pass its exam ({:.0f} %): answers are quotes from your files",
                   info.name, *info.exam_score * 100),
            "Put a better model in place when you can"};
  }
  return {"chat", Level::Ok, info.name, ""};
}

Check check_models(const Patient& patient) {
  if (patient.model_problems.empty()) {
    const bool idle = patient.model_checking.empty();
    return {"models", Level::Ok, idle ? "every model file is whole" : patient.model_checking, ""};
  }
  return {"models", Level::Error, patient.model_problems.front(),
          "Put the file back with: ./dev setup, then restart the core"};
}

Check check_watches(const Call& call, const Patient& patient) {
  const auto sources = patient.library.sources(call);
  if (!sources) return {"sources", Level::Error, sources.error().message, "See the log"};
  for (const ingest::Source& source : *sources) {
    if (!source.watching && !source.note.empty()) {
      return {"sources", Level::Warn, format("{}: {}", source.path, source.note),
              format("Later changes are seen with a delay. More can be watched with: sudo sysctl "
                     "fs.inotify.max_user_watches={}",
                     kFewWatches * 8)};
    }
  }
  return {"sources", Level::Ok, format("{} sources are in step with the disk", sources->size()),
          ""};
}

Check check_files(const Call& call, const Patient& patient) {
  const auto problems = patient.library.problems(call, std::nullopt);
  if (!problems) return {"files", Level::Error, problems.error().message, "See the log"};
  if (problems->empty()) return {"files", Level::Ok, "every file could be read", ""};
  return {"files", Level::Warn, format("{} files could not be read", problems->size()),
          "See which and why: hearth sources --problems"};
}

Check check_page(const Patient& patient) {
  if (patient.address.empty()) {
    return {"page", Level::Warn, "no port on 127.0.0.1 could be had",
            "Restart the core with: hearth serve --port N"};
  }
  if (!patient.port_note.empty()) {
    return {"page", Level::Warn, patient.port_note,
            "Open it with: hearth open. A page at the other port is not this vault's"};
  }
  return {"page", Level::Ok, patient.address, ""};
}

}  // namespace

std::vector<api::DoctorCheck> examine(const Call& call, const Patient& patient) {
  return {check_helpers(patient),
          check_sandbox(),
          check_memory(),
          check_key(patient),
          check_permissions(patient),
          check_disk(patient),
          check_database(call, patient),
          check_models(patient),
          check_embedder(patient),
          check_chat(patient),
          check_watches(call, patient),
          check_files(call, patient),
          check_page(patient)};
}

}  // namespace hearth::daemon
