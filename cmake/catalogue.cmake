# catalogue(ROOM FOLDER TYPE): every file FOLDER/<stem>.cpp of a room defines `TYPE <stem>()`; this
# writes a function `std::vector<TYPE> all_<folder>()` that calls them all. Adding one is adding a file.
function(catalogue room folder type)
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${room}/${folder}/*.cpp")
  list(FILTER files EXCLUDE REGEX "_test\\.cpp$")
  set(declarations "")
  set(calls "")
  foreach(file IN LISTS files)
    get_filename_component(stem "${file}" NAME_WE)
    string(APPEND declarations "${type} ${stem}();\n")
    string(APPEND calls "  all.push_back(${stem}());\n")
  endforeach()
  string(TOLOWER "${type}" header)
  set(output "${CMAKE_BINARY_DIR}/generated/${room}/all_${folder}.cpp")
  file(CONFIGURE OUTPUT "${output}" CONTENT
"// Written by cmake/catalogue.cmake from src/${room}/${folder}/.
#include <vector>
#include \"${room}/${header}.h\"
namespace hearth::${room} {
${declarations}
std::vector<${type}> all_${folder}() {
  std::vector<${type}> all;
${calls}  return all;
}
}  // namespace hearth::${room}
")
  target_sources(hearth_${room} PRIVATE "${output}")
endfunction()
