# cmake -DFOLDER=... -DOUT=... -P embed.cmake: writes every NNNN_name.sql as a row of a C++ table.
cmake_minimum_required(VERSION 3.25)
file(GLOB files "${FOLDER}/*.sql")
list(SORT files)
set(rows "")
set(seen "")
foreach(file IN LISTS files)
  get_filename_component(stem "${file}" NAME_WE)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
    message(FATAL_ERROR "${file}: a migration is named NNNN_what.sql")
  endif()
  set(name "${CMAKE_MATCH_2}")
  string(REGEX REPLACE "^0+" "" number "${CMAKE_MATCH_1}")
  if(number IN_LIST seen)
    message(FATAL_ERROR "${file}: the number ${number} is used twice")
  endif()
  list(APPEND seen "${number}")
  file(READ "${file}" sql)
  string(APPEND rows
    "    {.number = ${number}, .name = \"${name}\", .sql = R\"hearth-sql(${sql})hearth-sql\"},\n")
endforeach()
file(WRITE "${OUT}" "// Written by src/storage/migrations/embed.cmake.
#include \"storage/migration.h\"

namespace hearth::storage {
namespace {
constexpr Migration kMigrations[] = {
${rows}};
}  // namespace

std::span<const Migration> embedded_migrations() { return kMigrations; }

}  // namespace hearth::storage
")
