/// Who waits for a model.
#pragma once

namespace hearth::inference {

/// A person's request goes before any background work.
enum class Urgency { Interactive, Background };

}  // namespace hearth::inference
