# Compilation options: language, warnings, instrumentation, compiler cache.
# All targets link rota_options.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(ROTA_CCACHE ccache)
if(ROTA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${ROTA_CCACHE}")
endif()

add_library(rota_options INTERFACE)
target_include_directories(rota_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(rota_options INTERFACE -Wall -Wextra)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  # Counts bits (in the order trees) with one instruction; all x86 servers since 2009 have it.
  target_compile_options(rota_options INTERFACE -march=x86-64-v2)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 warns about std::string's own operator+ when it optimises (its bug 105651).
  target_compile_options(rota_options INTERFACE -Wno-restrict)
endif()

# Instrumentation makes compilers emit false warnings, so only the plain build treats them as
# errors.
if(ROTA_SANITIZE STREQUAL "none" AND NOT ROTA_FUZZ)
  target_compile_options(rota_options INTERFACE -Werror)
else()
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
  target_compile_options(rota_options INTERFACE -fno-omit-frame-pointer)
endif()

# rota_instrument(FLAG...): adds the flags to compiling and linking of all targets.
function(rota_instrument)
  target_compile_options(rota_options INTERFACE ${ARGV})
  target_link_options(rota_options INTERFACE ${ARGV})
endfunction()

# Debian's libcaf is not instrumented for threads, and CAF is not a target of fuzzing. These builds
# omit everything that needs it.
set(ROTA_WITH_CAF ON)

if(ROTA_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "ROTA_FUZZ needs clang: -DCMAKE_CXX_COMPILER=clang++-14 (or ./dev test --fuzz)")
  endif()
  rota_instrument(-fsanitize=fuzzer-no-link,address)
  set(ROTA_WITH_CAF OFF)
elseif(ROTA_SANITIZE STREQUAL "address")
  # CAF's headers bind a null reference on purpose (init_fun_factory.hpp), hence no-sanitize=null.
  # Its mailboxes cast the end of a list to an element without accessing it (task_queue.hpp), hence
  # no-sanitize=vptr.
  rota_instrument(-fsanitize=address,undefined -fno-sanitize=null,vptr -fno-sanitize-recover=all)
elseif(ROTA_SANITIZE STREQUAL "thread")
  rota_instrument(-fsanitize=thread)
  # ThreadSanitizer does not support stand-alone fences, which Asio would otherwise use.
  target_compile_definitions(rota_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  # RocksDB is not instrumented. If our programs exported their copies of std::string's functions,
  # RocksDB would use them, and accesses guarded by its own locks would be reported as races.
  target_link_options(rota_options INTERFACE
    "-Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/own_strings.map")
  set(ROTA_WITH_CAF OFF)
elseif(NOT ROTA_SANITIZE STREQUAL "none")
  message(FATAL_ERROR "ROTA_SANITIZE is none, address or thread, not '${ROTA_SANITIZE}'")
endif()

# Checked containers, except in builds where CAF's null reference would trip them.
if(NOT ROTA_WITH_CAF)
  target_compile_definitions(rota_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()

# Headers that most files of the actors include and that take longest to parse.
if(ROTA_WITH_CAF)
  set(ROTA_CAF_HEADERS
    <caf/actor_system.hpp> <caf/actor_system_config.hpp> <caf/event_based_actor.hpp>
    <caf/scoped_actor.hpp> <caf/stateful_actor.hpp> <caf/typed_event_based_actor.hpp>)
endif()
