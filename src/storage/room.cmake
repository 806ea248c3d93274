# The numbered SQL in migrations/ becomes a generated source: the program carries its own schema.
file(GLOB HEARTH_MIGRATIONS CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/storage/migrations/*.sql")
set(HEARTH_MIGRATIONS_CPP "${CMAKE_CURRENT_BINARY_DIR}/storage_migrations.cpp")
add_custom_command(
  OUTPUT "${HEARTH_MIGRATIONS_CPP}"
  COMMAND "${CMAKE_COMMAND}" -DOUT=${HEARTH_MIGRATIONS_CPP}
          -DFOLDER=${CMAKE_SOURCE_DIR}/src/storage/migrations
          -P "${CMAKE_SOURCE_DIR}/src/storage/migrations/embed.cmake"
  DEPENDS ${HEARTH_MIGRATIONS} "${CMAKE_SOURCE_DIR}/src/storage/migrations/embed.cmake"
  COMMENT "Embedding the migrations" VERBATIM)
target_sources(hearth_storage PRIVATE "${HEARTH_MIGRATIONS_CPP}")
