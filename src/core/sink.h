/// Where a producer pushes a stream: tokens of an answer, lines of progress.
#pragma once

#include <functional>

namespace hearth {

/// What the receiver wants next.
enum class Flow { Continue, Stop };

/// Receives items one by one on the producer's thread. Returning `Stop` ends the stream; that is
/// not an error. Must not block for long: the producer waits.
template <class T>
using Sink = std::function<Flow(const T&)>;

}  // namespace hearth
