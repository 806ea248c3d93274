# The catalogue is data: every file in catalogue/ is compiled in as text.
file(GLOB _entries CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/models/catalogue/*.json")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${_entries})
set(_texts "")
foreach(_entry IN LISTS _entries)
  file(READ "${_entry}" _text)
  string(APPEND _texts "    R\"json(${_text})json\",\n")
endforeach()
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/generated/models/catalogue_texts.cpp" @ONLY CONTENT
"// Written by src/models/room.cmake from src/models/catalogue.
#include \"models/internal/catalogue_texts.h\"

namespace hearth::models::internal {
namespace {
constexpr std::string_view kTexts[] = {
@_texts@};
}  // namespace
std::span<const std::string_view> catalogue_texts() { return kTexts; }
}  // namespace hearth::models::internal
")
target_sources(hearth_models PRIVATE "${CMAKE_BINARY_DIR}/generated/models/catalogue_texts.cpp")
target_compile_definitions(hearth_models INTERFACE
  $<$<BOOL:${HEARTH_TESTS}>:HEARTH_TEST_MODELS_DIR="${HEARTH_DEP_MODELS}">)
