#include "cli/run.h"
#include "daemon/serve.h"

int main(int argc, char** argv) {
  const hearth::cli::Programs programs{.serve = hearth::daemon::serve,
                                       .worker = hearth::daemon::run_worker};
  return hearth::cli::run(argc, argv, programs);
}
