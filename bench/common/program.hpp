// What the programs of bench have in common around their work.
#pragma once
#include "bench/common/temporary_folder.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string_view>

namespace rota::bench {

/// The work's status, or 1 when it fails, which the program then says by its name.
template <class Work>
int run_program(const char* name, Work&& work) {
  try {
    return work();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s: %s\n", name, failure.what());
    return 1;
  }
}

/// Whether a word is among the arguments: for what changes the defaults of others, before they are read.
inline bool has_argument(std::string_view word, int count, char** arguments) {
  for (int place = 1; place < count; ++place) {
    if (arguments[place] == word) {
      return true;
    }
  }
  return false;
}

/// Measures in a fresh folder below `parent` and reports afterwards, also what was measured before a
/// failure or a signal.
template <class Measure, class Report>
int measure_in_folder(const char* name, const std::filesystem::path& parent, Measure&& measure,
                      Report&& report) {
  const int status = run_program(name, [&] {
    const temporary_folder folder(parent);
    if (folder.in_memory()) {
      std::fprintf(stderr, "%s lies in memory: syncs cost nothing there; see --folder\n",
                   parent.c_str());
    }
    measure(folder.path());
    return 0;
  });
  std::fputs(report().c_str(), stdout);
  return status;
}

} // namespace rota::bench
