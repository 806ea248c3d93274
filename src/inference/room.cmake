# The tests start the real worker.
add_dependencies(hearth_inference hearth_worker_program)
