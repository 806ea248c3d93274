# The page's files become a generated source that takes their bytes with .incbin, so that the
# compiler never reads them. Without web/dist the table is empty and the program says how to build it.
set(HEARTH_WEB_DIST "${CMAKE_SOURCE_DIR}/web/dist")
file(GLOB_RECURSE HEARTH_WEB_FILES CONFIGURE_DEPENDS RELATIVE "${HEARTH_WEB_DIST}"
  "${HEARTH_WEB_DIST}/*")
set(HEARTH_ASSETS_CPP "${CMAKE_CURRENT_BINARY_DIR}/api_assets.cpp")
set(asset_symbols "")
set(asset_rows "")
set(asset_paths "")
set(asset_index 0)
foreach(file IN LISTS HEARTH_WEB_FILES)
  if(file MATCHES "\\.(gz|br|map)$")
    continue()
  endif()
  set(forms "")
  foreach(suffix "" ".gz" ".br")
    set(path "${HEARTH_WEB_DIST}/${file}${suffix}")
    if(EXISTS "${path}")
      set(symbol "hearth_asset_${asset_index}")
      math(EXPR asset_index "${asset_index} + 1")
      string(APPEND asset_symbols
        "__asm__(\".pushsection .rodata\\n.balign 16\\n${symbol}:\\n.incbin \\\"${path}\\\"\\n"
        "${symbol}_end:\\n.byte 0\\n.popsection\\n\");\n"
        "extern const char ${symbol}[] __asm__(\"${symbol}\");\n"
        "extern const char ${symbol}_end[] __asm__(\"${symbol}_end\");\n")
      string(APPEND forms ", view(${symbol}, ${symbol}_end)")
      list(APPEND asset_paths "${path}")
    else()
      string(APPEND forms ", {}")
    endif()
  endforeach()
  file(SHA256 "${HEARTH_WEB_DIST}/${file}" digest)
  string(SUBSTRING "${digest}" 0 24 digest)
  string(APPEND asset_rows "      {\"/${file}\", \"\\\"${digest}\\\"\"${forms}},\n")
endforeach()
if(asset_rows)
  set(asset_table "  static const Asset kAssets[] = {\n${asset_rows}  };\n  return kAssets;\n")
  set(asset_view "namespace {\nstd::string_view view(const char* from, const char* to) {\n  return {from, static_cast<std::size_t>(to - from)};\n}\n}  // namespace\n")
else()
  set(asset_table "  return {};\n")
  set(asset_view "")
endif()
file(CONFIGURE OUTPUT "${HEARTH_ASSETS_CPP}" @ONLY CONTENT
"// Made from web/dist by src/api/room.cmake.
#include \"api/internal/assets.h\"

@asset_symbols@
namespace hearth::api {
@asset_view@
std::span<const Asset> embedded_assets() {
@asset_table@}
}  // namespace hearth::api
")
# The entity tags are hashes of the contents, so a changed file means a new configuration.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${asset_paths})
set_property(SOURCE "${HEARTH_ASSETS_CPP}" PROPERTY OBJECT_DEPENDS "${asset_paths}")
target_sources(hearth_api PRIVATE "${HEARTH_ASSETS_CPP}")
