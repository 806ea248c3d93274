# The flags of our own code. Third-party targets are SYSTEM and never see these.
add_library(hearth_flags INTERFACE)
target_compile_options(hearth_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Wcast-align -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough
  -Werror -fstack-protector-strong -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's std::stable_sort calls what C++23 deprecates; that is not ours to mend.
  target_compile_options(hearth_flags INTERFACE -Wno-missing-designated-field-initializers
    -Wno-deprecated-declarations)
else()
  # GCC 12 reports these falsely in inlined std::string and std::optional code.
  target_compile_options(hearth_flags INTERFACE -Wno-missing-field-initializers -Wno-null-dereference
    -Wno-maybe-uninitialized -Wno-restrict -Wno-dangling-pointer -Wno-stringop-overflow -Wno-array-bounds)
endif()
