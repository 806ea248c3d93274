#include "api/internal/json_forms.h"

#include "core/text.h"

namespace hearth::api {

Json to_json(const ingest::Progress& p) {
  return Json::object({{"files_done", p.files_done},
                       {"files_total", p.files_total},
                       {"bytes_done", p.bytes_done},
                       {"bytes_total", p.bytes_total},
                       {"bytes_per_second", p.bytes_per_second},
                       {"seconds_left", maybe(p.seconds_left)},
                       {"listing", p.listing},
                       {"idle", p.idle}});
}

Json to_json(const ingest::Source& s) {
  return Json::object({{"id", s.id.value},
                       {"kind", s.kind},
                       {"path", s.path},
                       {"collection", s.collection},
                       {"added_ms", s.added_ms},
                       {"documents", s.documents},
                       {"chunks", s.chunks},
                       {"problems", s.problems},
                       {"bytes", s.bytes},
                       {"watching", s.watching},
                       {"note", s.note},
                       {"progress", to_json(s.progress)}});
}

Json to_json(const ingest::DocumentInfo& d) {
  return Json::object({{"id", d.id.value},
                       {"path", d.path},
                       {"title", d.title},
                       {"media_type", d.media_type},
                       {"size_bytes", d.size_bytes},
                       {"date_ms", d.date_ms},
                       {"chunks", d.chunks},
                       {"problem", d.problem}});
}

Json to_json(const ingest::DocumentText& d) {
  // Pages come in bytes and go out in code points; one pass, since they are in order.
  Json pages = Json::array();
  std::size_t bytes = 0;
  std::size_t characters = 0;
  const std::string_view text = d.text;
  for (const std::size_t page : d.pages) {
    if (page > bytes) {
      characters += text::count_code_points(text.substr(bytes, page - bytes));
      bytes = page;
    }
    pages.push(std::uint64_t{characters});
  }
  return Json::object({{"id", d.id.value},
                       {"source", d.source.value},
                       {"path", d.path},
                       {"title", d.title},
                       {"media_type", d.media_type},
                       {"text", d.text},
                       {"pages", std::move(pages)}});
}

Json to_json(const ingest::Problem& p) {
  return Json::object({{"document", p.document.value}, {"path", p.path}, {"reason", p.reason}});
}

namespace {

Json to_json(const search::Explanation& e) {
  Json terms = Json::array();
  for (const std::string& term : e.matched_terms) terms.push(term);
  const auto rank = [](const std::optional<std::size_t>& value) {
    return value ? Json(std::uint64_t{*value}) : Json(nullptr);
  };
  return Json::object({{"keyword_rank", rank(e.keyword_rank)},
                       {"keyword_score", maybe(e.keyword_score)},
                       {"matched_terms", std::move(terms)},
                       {"vector_rank", rank(e.vector_rank)},
                       {"similarity", maybe(e.similarity)},
                       {"fused_score", e.fused_score},
                       {"summary", e.summary}});
}

std::string_view name_of(answer::Mode mode) {
  return mode == answer::Mode::Generated ? "generated" : "extractive";
}

std::string_view name_of(inference::ChatMessage::Role role) {
  switch (role) {
    case inference::ChatMessage::Role::System:
      return "system";
    case inference::ChatMessage::Role::User:
      return "user";
    case inference::ChatMessage::Role::Assistant:
      return "assistant";
  }
  return "user";
}

}  // namespace

Json to_json(const search::Hit& h) {
  Json hit = Json::object({{"chunk", h.chunk.value},
                           {"document", h.document.value},
                           {"source", h.source.value},
                           {"path", h.path},
                           {"title", h.title},
                           {"media_type", h.media_type},
                           {"collection", h.collection},
                           {"heading", h.heading},
                           {"text", h.text},
                           {"start", std::uint64_t{h.start_char}},
                           {"end", std::uint64_t{h.end_char}},
                           {"page", maybe(h.page)},
                           {"date_ms", h.date_ms},
                           {"score", h.score},
                           {"similarity", maybe(h.similarity)}});
  if (h.explanation) hit.set("explanation", to_json(*h.explanation));
  return hit;
}

Json to_json(const search::Results& r) {
  return Json::object({{"hits", list(r.hits)},
                       {"by_meaning", r.by_meaning},
                       {"note", r.note},
                       {"timings", Json::object({{"embed_ms", r.timings.embed_ms},
                                                 {"keyword_ms", r.timings.keyword_ms},
                                                 {"vector_ms", r.timings.vector_ms},
                                                 {"total_ms", r.timings.total_ms}})}});
}

Json to_json(const answer::Citation& c) {
  return Json::object({{"n", c.n},
                       {"document", c.document.value},
                       {"source", c.source.value},
                       {"path", c.path},
                       {"title", c.title},
                       {"heading", c.heading},
                       {"start", std::uint64_t{c.start_char}},
                       {"end", std::uint64_t{c.end_char}},
                       {"page", maybe(c.page)},
                       {"quote", c.quote},
                       {"score", c.score}});
}

Json to_json(const answer::Answer& a) {
  return Json::object(
      {{"answer", a.text},
       {"found", a.found},
       {"mode", name_of(a.mode)},
       {"note", a.note},
       {"citations", list(a.citations)},
       {"model", a.model},
       {"sentences_dropped", std::uint64_t{a.sentences_dropped}},
       {"timings", Json::object({{"search_ms", a.timings.search_ms},
                                 {"first_text_ms", a.timings.first_text_ms},
                                 {"total_ms", a.timings.total_ms}})},
       {"conversation", a.conversation ? Json(a.conversation->value) : Json(nullptr)}});
}

Json to_json(const answer::ConversationInfo& c) {
  return Json::object({{"id", c.id.value},
                       {"title", c.title},
                       {"created_ms", c.created_ms},
                       {"updated_ms", c.updated_ms},
                       {"messages", c.messages}});
}

Json to_json(const answer::ConversationMessage& m) {
  Json message = Json::object(
      {{"id", m.id}, {"role", name_of(m.role)}, {"text", m.text}, {"created_ms", m.created_ms}});
  if (m.answer) message.set("answer", to_json(*m.answer));
  return message;
}

Json to_json(const ModelEntry& m) {
  Json sources = Json::array();
  for (const std::string& source : m.sources) sources.push(source);
  return Json::object({{"name", m.name},
                       {"role", m.role},
                       {"state", m.state},
                       {"installed", m.installed},
                       {"size_bytes", m.size_bytes},
                       {"licence", m.licence},
                       {"sha256", m.sha256},
                       {"weak", m.weak},
                       {"exam_score", maybe(m.exam_score)},
                       {"passed_exam", m.passed_exam},
                       {"resident", m.resident},
                       {"memory_bytes", m.memory_bytes},
                       {"recommended", m.recommended},
                       {"use", m.use},
                       {"sources", std::move(sources)},
                       {"note", m.note}});
}

Json to_json(const DoctorCheck& c) {
  const std::string_view level = c.level == DoctorCheck::Level::Ok     ? "ok"
                                 : c.level == DoctorCheck::Level::Warn ? "warn"
                                                                       : "error";
  return Json::object({{"name", c.name},
                       {"ok", c.level != DoctorCheck::Level::Error},
                       {"level", level},
                       {"message", c.message},
                       {"mend", c.mend}});
}

}  // namespace hearth::api
