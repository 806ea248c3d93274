/// Where this user's files belong, by the XDG rules.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/result.h"

namespace hearth::platform {

/// Looks a variable of the environment up; tests hand in their own.
using Environment = std::function<std::optional<std::string>(const char* name)>;
/// The environment of this process. An empty variable reads as absent.
[[nodiscard]] Environment process_environment();

/// The vault's folder: `HEARTH_HOME`, else `hearth` in the data folder. Always absolute. `NotFound`
/// when the user has no home folder.
[[nodiscard]] Result<std::filesystem::path> hearth_home(const Environment& environment);
/// `XDG_CONFIG_HOME/hearth` or `~/.config/hearth`.
[[nodiscard]] Result<std::filesystem::path> config_folder(const Environment& environment);
/// `XDG_CACHE_HOME/hearth` or `~/.cache/hearth`: what can be fetched or computed again.
[[nodiscard]] Result<std::filesystem::path> cache_folder(const Environment& environment);

}  // namespace hearth::platform
