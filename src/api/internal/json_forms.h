/// The core's values as the native API's JSON (docs/api.md).
#pragma once

#include <optional>
#include <string>

#include "answer/answerer.h"
#include "api/backend.h"
#include "core/json.h"

namespace hearth::api {

[[nodiscard]] Json to_json(const ingest::Progress& progress);
[[nodiscard]] Json to_json(const ingest::Source& source);
[[nodiscard]] Json to_json(const ingest::DocumentInfo& document);
[[nodiscard]] Json to_json(const ingest::DocumentText& document);
[[nodiscard]] Json to_json(const ingest::Problem& problem);
[[nodiscard]] Json to_json(const search::Hit& hit);
[[nodiscard]] Json to_json(const search::Results& results);
[[nodiscard]] Json to_json(const answer::Citation& citation);
[[nodiscard]] Json to_json(const answer::Answer& answer);
[[nodiscard]] Json to_json(const answer::ConversationInfo& conversation);
[[nodiscard]] Json to_json(const answer::ConversationMessage& message);
[[nodiscard]] Json to_json(const ModelEntry& model);
[[nodiscard]] Json to_json(const DoctorCheck& check);

/// null when there is nothing.
template <class T>
[[nodiscard]] Json maybe(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

template <class T>
[[nodiscard]] Json list(const T& values) {
  Json items = Json::array();
  for (const auto& value : values) items.push(to_json(value));
  return items;
}

}  // namespace hearth::api
