catalogue(cli commands Command)
target_compile_definitions(hearth_cli PRIVATE HEARTH_VERSION="${PROJECT_VERSION}")
