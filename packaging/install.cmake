# Where the built programs go. Included at the end of the root CMakeLists.txt.
#
# Helpers stand beside the program (docs/decisions/0002) and find their libraries in
# ../lib/hearth through the run path they were linked with; so files are copied as built.
include(GNUInstallDirs)

foreach(program IN ITEMS hearth hearth_program hearth_worker_program hearth_extractor_program
                         hearth_extract_program hearth-extract hearth-worker)
  if(TARGET ${program})
    get_target_property(type ${program} TYPE)
    if(type STREQUAL "EXECUTABLE")
      install(PROGRAMS "$<TARGET_FILE:${program}>" DESTINATION ${CMAKE_INSTALL_BINDIR})
    endif()
  endif()
endforeach()

install(DIRECTORY "${HEARTH_LLAMA_LIBRARY_DIR}/" "${HEARTH_ONNXRUNTIME_LIBRARY_DIR}/"
  DESTINATION lib/hearth FILES_MATCHING PATTERN "*.so*" PATTERN "libllama-common.so" EXCLUDE)
install(DIRECTORY "${HEARTH_DEP_MODELS}/" DESTINATION ${CMAKE_INSTALL_DATADIR}/hearth/models OPTIONAL
  PATTERN ".*" EXCLUDE)

configure_file(packaging/systemd/hearth.service "${CMAKE_BINARY_DIR}/hearth.service" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/hearth.service" DESTINATION lib/systemd/user)

foreach(program IN ITEMS hearth hearth_program)
  if(TARGET ${program})
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
        execute_process(COMMAND \"$<TARGET_FILE:${program}>\" completion \${shell}
                        OUTPUT_FILE \"\${place}\" COMMAND_ERROR_IS_FATAL ANY)
        message(STATUS \"Installing: \${place}\")
      endforeach()")
  endif()
endforeach()
