# Embeds the files of the web page into the program, so that it needs no other files.

# rota_embed(OUT_VAR name=path...): generates a source with each file's bytes between the symbols
# rota_file_<index> and rota_file_<index>_end, and a table of them; see
# cmd/rotad/http/web_files.hpp.
function(rota_embed out)
  set(symbols)
  set(table)
  set(paths)
  set(index 0)
  foreach(file IN LISTS ARGN)
    string(REGEX MATCH "^([^=]+)=(.+)$" _ "${file}")
    set(name "${CMAKE_MATCH_1}")
    set(path "${CMAKE_MATCH_2}")
    if(NOT EXISTS "${path}")
      message(FATAL_ERROR "The web page needs ${path}")
    endif()
    set(symbol "rota_file_${index}")
    string(APPEND symbols
      "extern \"C\" const char ${symbol}[];\nextern \"C\" const char ${symbol}_end[];\n"
      "asm(\".pushsection .rodata\\n${symbol}:\\n.incbin \\\"${path}\\\"\\n${symbol}_end:\\n.byte 0\\n.popsection\\n\");\n")
    string(APPEND table "    {\"${name}\", ${symbol}, ${symbol}_end},\n")
    list(APPEND paths "${path}")
    math(EXPR index "${index} + 1")
  endforeach()
  set(source "${PROJECT_BINARY_DIR}/web_files.cpp")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT
"// Made by cmake/RotaWeb.cmake.
#include \"cmd/rotad/http/web_files.hpp\"

@symbols@
namespace rota::daemon {

std::span<const embedded_file> embedded_files() {
  static const embedded_file files[] = {
@table@  };
  return files;
}

} // namespace rota::daemon
")
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${paths}")
  set(${out} "${source}" PARENT_SCOPE)
endfunction()

# rota_web_files(OUT_VAR): generates that source for all files of web/ and Chart.js.
function(rota_web_files out)
  file(GLOB names RELATIVE "${PROJECT_SOURCE_DIR}/web" CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/web/*.html" "${PROJECT_SOURCE_DIR}/web/*.css" "${PROJECT_SOURCE_DIR}/web/*.js"
    "${PROJECT_SOURCE_DIR}/web/*.svg")
  set(files)
  foreach(name IN LISTS names)
    list(APPEND files "${name}=${PROJECT_SOURCE_DIR}/web/${name}")
  endforeach()
  find_file(CHART_JS chart.min.js PATHS /usr/share/javascript/chart.js NO_DEFAULT_PATH REQUIRED)
  mark_as_advanced(CHART_JS)
  rota_embed(source ${files} "chart.js=${CHART_JS}")
  set(${out} "${source}" PARENT_SCOPE)
endfunction()
