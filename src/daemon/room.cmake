# The daemon may use every room; `hearth` is the program people run.
target_link_libraries(hearth_daemon PUBLIC hearth_api hearth_answer hearth_ingest hearth_search
  hearth_inference hearth_models hearth_storage hearth_crypto hearth_platform hearth_cli hearth_core)
target_compile_definitions(hearth_daemon PRIVATE HEARTH_VERSION="${PROJECT_VERSION}")

add_executable(hearth "${CMAKE_SOURCE_DIR}/src/daemon/main.cpp")
target_link_libraries(hearth PRIVATE hearth_daemon hearth_flags)
add_dependencies(hearth hearth-extract hearth_worker_program)
