#include "models/model.h"

namespace hearth::models {

std::string_view name(Role role) { return role == Role::Embedder ? "embedder" : "chat"; }

}  // namespace hearth::models
