# Asio and Beast are compiled once, in internal/boost_source.cpp; only three files see their headers.
target_compile_definitions(hearth_net PRIVATE BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION)
# ThreadSanitizer knows no fences. Asio's are a second lock beside its mutex, which it does know.
if(HEARTH_SANITIZE STREQUAL "thread")
  target_compile_definitions(hearth_net PRIVATE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
