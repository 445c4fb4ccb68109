// The common parts of the bench programs.
#pragma once
#include "bench/common/stop_signal.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rota::bench {

/// The folder of this program. A build puts the other programs there, too.
inline std::filesystem::path own_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

/// The whole content of a file. Throws if it cannot be read.
[[nodiscard]] std::string read_text(const std::filesystem::path& file);

/// A folder that is removed with its content.
class temporary_folder {
public:
  /// Creates a folder with a new name below `parent`.
  explicit temporary_folder(const std::filesystem::path& parent);
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Returns whether the folder is in memory, where a sync costs nothing and measures nothing.
  [[nodiscard]] bool in_memory() const;

private:
  std::filesystem::path path_;
};

/// The options that all programs that measure have.
struct measure_options {
  std::filesystem::path daemon; ///< The rotad to measure.
  /// Where data folders are created, on the disk to measure.
  std::filesystem::path folder = "/tmp";
  std::vector<std::string> only; ///< The sections to measure.
  std::vector<std::uint32_t> tenants = {1, 1000, 100000};
  std::vector<std::size_t> connections;
  std::vector<std::size_t> batches; ///< Jobs per request.
  std::size_t rounds = 3;
  double seconds = 1;              ///< Length of one cell, or of a phase of it, in one round.
  std::size_t backlog = 100000;    ///< Maximum number of waiting jobs while rates are measured.
  std::vector<std::size_t> depths; ///< Numbers of waiting jobs.
  std::size_t samples = 5000;      ///< Pops measured at each depth.
  bool json = false;

  [[nodiscard]] bool wants(const std::string& section) const {
    return std::find(only.begin(), only.end(), section) != only.end();
  }
};

/// Returns the status of `work`; if it throws, prints the error with the program's name and returns
/// 1.
template <class Work>
int run_program(const char* name, Work&& work) {
  try {
    return work();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s: %s\n", name, failure.what());
    return 1;
  }
}

/// Returns whether an argument is present. Used for options that change the defaults of others,
/// before those are parsed.
inline bool has_argument(std::string_view word, int count, char** arguments) {
  for (int place = 1; place < count; ++place) {
    if (arguments[place] == word)
      return true;
  }
  return false;
}

/// Measures in a temporary folder below options.folder, then reports, including what was measured
/// before a failure or a signal.
template <class Options, class Results>
int measure_in_folder(const char* name, const Options& options,
                      void (*measure)(const Options&, const std::filesystem::path& folder,
                                      const stop_signal&, Results&)) {
  const stop_signal stop;
  Results results;
  const int status = run_program(name, [&] {
    const temporary_folder folder(options.folder);
    if (folder.in_memory()) {
      std::fprintf(stderr, "%s is in memory, where syncs cost nothing: choose another --folder\n",
                   options.folder.c_str());
    }
    measure(options, folder.path(), stop, results);
    return 0;
  });
  std::fputs((options.json ? report_json(results) : report_text(results)).c_str(), stdout);
  return status;
}

} // namespace rota::bench
