# The building site's own tests and the page's, run by CTest like all others.
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)

add_test(NAME tools
  COMMAND Python3::Interpreter -B -m unittest discover -s "${CMAKE_SOURCE_DIR}/tools"
          -t "${CMAKE_SOURCE_DIR}/tools" -p "*_test.py"
  WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}/tools")
add_test(NAME tidy COMMAND Python3::Interpreter -B -m tidy
  WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}/tools")
set_tests_properties(tools tidy PROPERTIES LABELS "unit" TIMEOUT 60)

# web_<script>: an npm script of web/package.json, with the pinned Node.
function(web_test name script)
  add_test(NAME web_${name} COMMAND Python3::Interpreter -B
    "${CMAKE_SOURCE_DIR}/tools/dev/main.py" web ${script})
  set_tests_properties(web_${name} PROPERTIES LABELS "web" TIMEOUT 600
    ENVIRONMENT "CI=1;HEARTH_BIN_DIR=${CMAKE_BINARY_DIR}")
endfunction()

# The official packages of other clients against the real core, with the real models.
add_test(NAME clients_openai COMMAND Python3::Interpreter -B
  "${CMAKE_SOURCE_DIR}/tools/dev/main.py" clients)
set_tests_properties(clients_openai PROPERTIES LABELS "e2e" TIMEOUT 900
  ENVIRONMENT "CI=1;HEARTH_BIN_DIR=${CMAKE_BINARY_DIR}")

# The page in a real browser against the real core.
add_test(NAME browser_core COMMAND Python3::Interpreter -B
  "${CMAKE_SOURCE_DIR}/tools/dev/main.py" web test:core)
set_tests_properties(browser_core PROPERTIES LABELS "e2e" TIMEOUT 900
  ENVIRONMENT "CI=1;HEARTH_BIN_DIR=${CMAKE_BINARY_DIR}")

if(EXISTS "${CMAKE_SOURCE_DIR}/web/package.json")
  web_test(check check)
  web_test(lint lint)
  web_test(unit test)
  web_test(browser test:browser)
endif()
