/// Serves documents one by one, each in a confined child of its own.
#pragma once

namespace hearth::extractor {

/// Answers requests that arrive on `socket` (core/extraction.h) until the other end closes. Returns
/// the exit code of the program.
///
/// A child is forked for each document after all libraries are loaded, so it costs little; it gives
/// up files, network and new processes, reads the one document it was handed, and ends. One that
/// takes too long is killed.
[[nodiscard]] int serve(int socket);

}  // namespace hearth::extractor
