# A process of its own to be killed while it indexes (crash_test.cpp).
if(HEARTH_TESTS)
  add_executable(ingest_crash_child "${CMAKE_SOURCE_DIR}/src/ingest/testing/main.cpp")
  target_link_libraries(ingest_crash_child PRIVATE hearth_ingest hearth_inference hearth_flags)
  set_target_properties(ingest_crash_child PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
endif()
