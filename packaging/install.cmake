# Where the built programs go. Included at the end of the root CMakeLists.txt.
include(GNUInstallDirs)

set(hearth_programs "")
foreach(program IN ITEMS hearth hearth-worker hearth-extract)
  if(TARGET ${program})
    list(APPEND hearth_programs ${program})
  endif()
endforeach()
if(NOT hearth_programs)
  return()
endif()

# Helpers stand beside the program (docs/decisions/0002); their libraries in lib/hearth.
set_target_properties(${hearth_programs} PROPERTIES
  INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/hearth")
install(TARGETS ${hearth_programs} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY "${HEARTH_LLAMA_LIBRARY_DIR}/" "${HEARTH_ONNXRUNTIME_LIBRARY_DIR}/"
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/hearth FILES_MATCHING PATTERN "*.so*"
  PATTERN "libllama-common.so" EXCLUDE)
install(DIRECTORY "${HEARTH_DEP_MODELS}/" DESTINATION ${CMAKE_INSTALL_DATADIR}/hearth/models OPTIONAL
  PATTERN ".*" EXCLUDE)

configure_file(packaging/systemd/hearth.service "${CMAKE_BINARY_DIR}/hearth.service" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/hearth.service" DESTINATION lib/systemd/user)

if(TARGET hearth)
  # Completions are printed by the program that is being installed.
  install(CODE "
    foreach(pair IN ITEMS bash:bash-completion/completions/hearth
                          zsh:zsh/site-functions/_hearth
                          fish:fish/vendor_completions.d/hearth.fish)
      string(REPLACE \":\" \";\" pair \"\${pair}\")
      list(GET pair 0 shell)
      list(GET pair 1 file)
      set(place \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/\${file}\")
      get_filename_component(folder \"\${place}\" DIRECTORY)
      file(MAKE_DIRECTORY \"\${folder}\")
      execute_process(COMMAND \"$<TARGET_FILE:hearth>\" completion \${shell}
                      OUTPUT_FILE \"\${place}\" COMMAND_ERROR_IS_FATAL ANY)
      message(STATUS \"Installing: \${place}\")
    endforeach()")
endif()
