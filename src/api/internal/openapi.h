/// The API's description, made from the routes that serve it.
#pragma once

#include <span>

#include "core/json.h"

namespace hearth::api {

struct Route;

/// An OpenAPI 3.1 document. The same routes give the same text.
[[nodiscard]] Json openapi(std::span<const Route> routes);

/// The named response schemas, as JSON Schema.
[[nodiscard]] Json schemas();

}  // namespace hearth::api
