# The kinds of target in the project. A target without sources that this build can compile is
# omitted, also from the targets that would link it.

add_custom_target(rota_programs)  # the daemon and the client
add_custom_target(rota_bench_programs)
add_custom_target(rota_test_programs)
add_custom_target(rota_fuzz_programs)

# rota_link(TARGET PUBLIC|PRIVATE LIBRARY...): links all other libraries and those of our own that
# exist.
function(rota_link target scope)
  foreach(library IN LISTS ARGN)
    if(TARGET "${library}" OR NOT library MATCHES "^rota_")
      target_link_libraries(${target} ${scope} "${library}")
    endif()
  endforeach()
endfunction()

# rota_add_library(NAME SOURCES file... [LINK library...] [PRECOMPILE header...])
function(rota_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;PRECOMPILE")
  if(NOT arg_SOURCES)
    message(STATUS "${name}: nothing to compile")
    return()
  endif()
  add_library(${name} STATIC ${arg_SOURCES})
  rota_link(${name} PUBLIC rota_options ${arg_LINK})
  if(arg_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE ${arg_PRECOMPILE})
  endif()
endfunction()

# rota_library(NAME FOLDER folder [EXCEPT folder...] [LINK library...] [PRECOMPILE header...]): a
# library of all sources in the folder and its subfolders.
function(rota_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER" "EXCEPT;LINK;PRECOMPILE")
  rota_sources(sources "${arg_FOLDER}/*.cpp")
  foreach(except IN LISTS arg_EXCEPT)
    list(FILTER sources EXCLUDE REGEX "/${except}/")
  endforeach()
  rota_add_library(${name} SOURCES ${sources} LINK ${arg_LINK} PRECOMPILE ${arg_PRECOMPILE})
endfunction()

# rota_program(NAME FOLDER folder [EXCEPT folder...] LIBRARY library GROUP target [LINK library...]
# [PRECOMPILE header...]): a program from the folder's main.cpp, and a library of its other sources,
# which tests can link. Adds the program to GROUP.
function(rota_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER;LIBRARY;GROUP" "EXCEPT;LINK;PRECOMPILE")
  rota_sources(sources "${arg_FOLDER}/*.cpp")
  foreach(except IN LISTS arg_EXCEPT)
    list(FILTER sources EXCLUDE REGEX "/${except}/")
  endforeach()
  set(main "${PROJECT_SOURCE_DIR}/${arg_FOLDER}/main.cpp")
  list(FIND sources "${main}" main_at)
  list(REMOVE_ITEM sources "${main}")
  rota_add_library(${arg_LIBRARY} SOURCES ${sources} LINK ${arg_LINK} PRECOMPILE ${arg_PRECOMPILE})
  if(main_at GREATER_EQUAL 0)
    add_executable(${name} "${main}")
    rota_link(${name} PRIVATE rota_options ${arg_LIBRARY} ${arg_LINK})
    add_dependencies(${arg_GROUP} ${name})
  endif()
endfunction()

# rota_benches(): bench/common becomes a library and bench/sim the program rota-sim. Each other
# folder of bench/ becomes a program rota-bench-<folder>, and each file directly in bench/ a program
# rota-<file> (with dashes for underscores). Adds the libraries' names to ROTA_BENCH_LIBRARIES.
function(rota_benches)
  set(link
    rota_model rota_daemon rota_client rota_wire rota_actors rota_persistence rota_engine ${ROTA_CAF_TARGETS}
    Boost::json Boost::headers RocksDB::rocksdb-shared CLI11::CLI11 fmt::fmt ZLIB::ZLIB PostgreSQL::PostgreSQL
    Threads::Threads)
  rota_library(rota_bench_common FOLDER bench/common LINK ${link})
  set(libraries rota_bench_common)

  rota_sources(sources "bench/*.cpp")
  set(folders)
  foreach(source IN LISTS sources)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/bench" OUTPUT_VARIABLE path)
    if(path MATCHES "^([^/]+)/")
      list(APPEND folders "${CMAKE_MATCH_1}")
    else()
      cmake_path(GET source STEM name)
      string(REPLACE "_" "-" name "rota-${name}")
      add_executable(${name} "${source}")
      rota_link(${name} PRIVATE rota_options rota_bench_common ${link})
      add_dependencies(rota_bench_programs ${name})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES folders)
  # This program is started thousands of times: it is small, and static for a fast start.
  list(REMOVE_ITEM folders common counted)
  add_executable(rota-bench-counted "${PROJECT_SOURCE_DIR}/bench/counted/main.cpp")
  rota_link(rota-bench-counted PRIVATE rota_options)
  if(ROTA_SANITIZE STREQUAL "none")
    target_link_options(rota-bench-counted PRIVATE -static)
  endif()
  add_dependencies(rota_bench_programs rota-bench-counted)
  foreach(folder IN LISTS folders)
    string(REPLACE "_" "-" name "rota-bench-${folder}")
    string(REPLACE "rota-bench-sim" "rota-sim" name "${name}")
    rota_program(${name} FOLDER bench/${folder} LIBRARY rota_bench_${folder} GROUP rota_bench_programs
      LINK rota_bench_common ${link})
    list(APPEND libraries rota_bench_${folder})
  endforeach()
  set(ROTA_BENCH_LIBRARIES ${libraries} PARENT_SCOPE)
endfunction()
