# Third-party libraries as imported targets, `dep::<name>`, one for each library.
# A room names the ones it wraps; nothing else in the build knows where they are.
# Imported targets are SYSTEM: our warnings do not reach into their headers.

include("${CMAKE_SOURCE_DIR}/build/deps.cmake" OPTIONAL RESULT_VARIABLE HEARTH_DEPS_FILE)
if(NOT HEARTH_DEPS_FILE)
  message(FATAL_ERROR "build/deps.cmake is missing. Run: ./dev setup")
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# dep(<name> <target>...) makes dep::<name> stand for the given targets.
function(dep name)
  add_library(dep_${name} INTERFACE IMPORTED GLOBAL)
  target_link_libraries(dep_${name} INTERFACE ${ARGN})
  add_library(dep::${name} ALIAS dep_${name})
endfunction()

# dep_pkg(<name> <module>...) does the same for pkg-config modules.
function(dep_pkg name)
  pkg_check_modules(HEARTH_PKG_${name} REQUIRED QUIET IMPORTED_TARGET GLOBAL ${ARGN})
  dep(${name} PkgConfig::HEARTH_PKG_${name})
endfunction()

# dep_file(<name> <STATIC|SHARED> <library> <include folder>) wraps one library file.
function(dep_file name kind library include)
  foreach(path IN ITEMS "${library}" "${include}")
    if(NOT EXISTS "${path}")
      message(FATAL_ERROR "${name}: ${path} is missing. Run: ./dev setup")
    endif()
  endforeach()
  add_library(file_${name} ${kind} IMPORTED GLOBAL)
  set_target_properties(file_${name} PROPERTIES IMPORTED_LOCATION "${library}")
  target_include_directories(file_${name} SYSTEM INTERFACE "${include}")
  dep(${name} file_${name})
endfunction()

# The pinned archives.
dep_file(sqlite3mc STATIC "${HEARTH_DEP_SQLITE3MC}/lib/libsqlite3mc.a"
         "${HEARTH_DEP_SQLITE3MC}/include")
target_link_libraries(file_sqlite3mc INTERFACE Threads::Threads m)

dep_file(ggml_base SHARED "${HEARTH_DEP_LLAMA}/lib/libggml-base.so" "${HEARTH_DEP_LLAMA}/include")
dep_file(ggml SHARED "${HEARTH_DEP_LLAMA}/lib/libggml.so" "${HEARTH_DEP_LLAMA}/include")
dep_file(llama SHARED "${HEARTH_DEP_LLAMA}/lib/libllama.so" "${HEARTH_DEP_LLAMA}/include")
target_link_libraries(file_llama INTERFACE dep::ggml dep::ggml_base)
# Where ggml finds its libraries for each kind of processor (ggml_backend_load_all_from_path).
set(HEARTH_LLAMA_LIBRARY_DIR "${HEARTH_DEP_LLAMA}/lib")

dep_file(onnxruntime SHARED "${HEARTH_DEP_ONNXRUNTIME}/lib/libonnxruntime.so"
         "${HEARTH_DEP_ONNXRUNTIME}/include")
set(HEARTH_ONNXRUNTIME_LIBRARY_DIR "${HEARTH_DEP_ONNXRUNTIME}/lib")

# The bench's SQLite can load sqlite-vec; the vault's cannot load anything.
if(HEARTH_DEP_SQLITE3MC_BENCH)
  dep_file(sqlite3mc_bench STATIC "${HEARTH_DEP_SQLITE3MC_BENCH}/lib/libsqlite3mc.a"
           "${HEARTH_DEP_SQLITE3MC_BENCH}/include")
  target_link_libraries(file_sqlite3mc_bench INTERFACE Threads::Threads m ${CMAKE_DL_LIBS})
endif()

# Debian's packages.
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(pugixml REQUIRED)
dep(fmt fmt::fmt)
dep(json nlohmann_json::nlohmann_json)
dep(cli11 CLI11::CLI11)
dep(pugixml pugixml::pugixml)

find_path(HEARTH_BOOST_INCLUDE boost/beast/version.hpp REQUIRED)
find_path(HEARTH_STEMMER_INCLUDE libstemmer.h REQUIRED)
find_library(HEARTH_STEMMER_LIBRARY stemmer REQUIRED)
mark_as_advanced(HEARTH_BOOST_INCLUDE HEARTH_STEMMER_INCLUDE HEARTH_STEMMER_LIBRARY)
dep(boost Threads::Threads)
target_include_directories(dep_boost SYSTEM INTERFACE "${HEARTH_BOOST_INCLUDE}")
target_compile_definitions(dep_boost INTERFACE BOOST_ALL_NO_LIB BOOST_ASIO_NO_DEPRECATED)
dep_file(stemmer SHARED "${HEARTH_STEMMER_LIBRARY}" "${HEARTH_STEMMER_INCLUDE}")

dep_pkg(archive libarchive)
dep_pkg(curl libcurl)
dep_pkg(edit libedit)
dep_pkg(gmime gmime-3.0)
dep_pkg(gumbo gumbo)
dep_pkg(icu icu-i18n icu-uc)
dep_pkg(poppler poppler-cpp)
dep_pkg(seccomp libseccomp)
dep_pkg(secret libsecret-1)
dep_pkg(sodium libsodium)
dep_pkg(uchardet uchardet)
