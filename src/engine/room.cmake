# The runtimes are libraries of their own: only the worker links them, so the core never maps one.
# hearth_runtime(NAME DEP): src/engine/NAME, its test included.
function(hearth_runtime name dep)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/engine/${name}/*.cpp")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  add_library(hearth_engine_${name} STATIC ${sources})
  target_link_libraries(hearth_engine_${name} PUBLIC hearth_engine PRIVATE ${dep} hearth_flags)
  if(tests AND HEARTH_TESTS)
    add_executable(hearth_engine_${name}_test ${tests})
    target_link_libraries(hearth_engine_${name}_test PRIVATE hearth_engine_${name} ${dep}
                          hearth_flags GTest::gmock GTest::gtest_main)
    target_compile_definitions(hearth_engine_${name}_test PRIVATE
      HEARTH_MODELS_DIR="${HEARTH_DEP_MODELS}")
    add_test(NAME engine_${name} COMMAND hearth_engine_${name}_test)
    set_tests_properties(engine_${name} PROPERTIES LABELS "unit" TIMEOUT 300)
  endif()
endfunction()

hearth_runtime(onnx dep::onnxruntime)
hearth_runtime(llama dep::llama)

if(HEARTH_TESTS)
  set_property(SOURCE "${CMAKE_SOURCE_DIR}/src/engine/text/word_piece_test.cpp" APPEND PROPERTY
               COMPILE_DEFINITIONS HEARTH_MODELS_DIR="${HEARTH_DEP_MODELS}")
endif()
