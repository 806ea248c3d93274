# Asio and Beast are compiled once, in internal/boost_source.cpp; only three files see their headers.
target_compile_definitions(hearth_net PRIVATE BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION)
