# HEARTH_SANITIZE: "", "address" (with undefined), "thread" or "fuzzer". For all code, so that
# third-party static libraries built by us and our own agree.
set(HEARTH_SANITIZE "" CACHE STRING "address, thread or fuzzer")
if(HEARTH_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
elseif(HEARTH_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(HEARTH_SANITIZE STREQUAL "fuzzer")
  add_compile_options(-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()
