// hearth-extract: reads documents of foreign formats for the core, each in a confined child.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>

#include "core/extraction.h"
#include "extractor/server.h"
#include "extractor/text_builder.h"

int main() {
  using hearth::extraction::kSocketFd;
  if (::isatty(kSocketFd) != 0 || ::fcntl(kSocketFd, F_GETFD) < 0) {
    std::fputs("hearth-extract is started by hearth and does nothing by itself.\n", stderr);
    return 2;
  }
  ::signal(SIGPIPE, SIG_IGN);
  hearth::extractor::preload_converters();
  return hearth::extractor::serve(kSocketFd);
}
