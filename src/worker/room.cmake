# hearth-worker: the only program that maps an inference runtime. It finds the runtimes beside itself,
# in ../lib/hearth when installed, and in the dependency cache during development.
target_link_libraries(hearth_worker PUBLIC hearth_engine_onnx hearth_engine_llama)

add_executable(hearth_worker_program "${CMAKE_SOURCE_DIR}/src/worker/main.cpp")
target_link_libraries(hearth_worker_program PRIVATE hearth_worker dep::onnxruntime dep::llama
                      hearth_flags)
set_target_properties(hearth_worker_program PROPERTIES
  OUTPUT_NAME hearth-worker
  BUILD_RPATH "$ORIGIN;$ORIGIN/../lib/hearth;${HEARTH_LLAMA_LIBRARY_DIR};${HEARTH_ONNXRUNTIME_LIBRARY_DIR}")
