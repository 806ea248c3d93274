# The tests start the real worker.
add_dependencies(hearth_inference hearth_worker_program)
target_compile_definitions(hearth_inference INTERFACE
  $<$<BOOL:${HEARTH_TESTS}>:HEARTH_TEST_MODELS_DIR="${HEARTH_DEP_MODELS}">)
