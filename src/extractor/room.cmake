# The helper program. The core starts it and speaks with it; it is never linked to the core, for
# poppler is GPL and parsers of foreign bytes are kept apart.
add_executable(hearth-extract "${CMAKE_SOURCE_DIR}/src/extractor/main.cpp")
target_link_libraries(hearth-extract PRIVATE hearth_extractor hearth_flags)
set_target_properties(hearth-extract PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
# The library's tests read real files through it.
if(TARGET hearth_ingest_test)
  add_dependencies(hearth_ingest_test hearth-extract)
endif()
if(TARGET hearth_ingest_test)
  add_dependencies(hearth_ingest_test ingest_crash_child)
endif()
# The measurement of reading a folder (bench/ingest) starts the helper too.
function(hearth_bench_needs_extractor)
  if(TARGET bench_ingest)
    add_dependencies(bench_ingest hearth-extract)
  endif()
endfunction()
cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL hearth_bench_needs_extractor)
