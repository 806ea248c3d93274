# The building site's own tests, run by CTest like all others.
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)

add_test(NAME tools
  COMMAND Python3::Interpreter -m unittest discover -s "${CMAKE_SOURCE_DIR}/tools"
          -t "${CMAKE_SOURCE_DIR}/tools" -p "*_test.py"
  WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}/tools")
add_test(NAME tidy COMMAND Python3::Interpreter -m tidy WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}/tools")
set_tests_properties(tools tidy PROPERTIES LABELS "unit" TIMEOUT 60
  ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1")
