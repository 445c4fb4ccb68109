// The files of a run folder. The executor writes the order and the inputs, the shim the others.
//
//   lock           locked by the shim while it lives; contains the shim's identity
//   order          what to run
//   in.0, in.1 ..  stdin of each run
//   out, err       output of the runs, one after the other
//   started        durable before the command runs: from then on it never runs again
//   current        the processes of a later run of a loop
//   result         durable: how it ended
//   fenced         durable: it never runs (again)
#pragma once
#include "system/files.hpp"
#include "system/process_identity.hpp"

#include <csignal>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace rota::run_folder {

/// The folder of marks, relative to a run folder. The shim creates an empty file named like the
/// attempt there once the result is durable.
inline constexpr const char* marks_from_run_folder = "../../marks";

inline constexpr const char* lock_file = "lock";
inline constexpr const char* order_file = "order";
inline constexpr const char* out_file = "out";
inline constexpr const char* err_file = "err";
inline constexpr const char* started_file = "started";
inline constexpr const char* current_file = "current";
inline constexpr const char* result_file = "result";
inline constexpr const char* fenced_file = "fenced";
[[nodiscard]] std::string input_file(std::size_t run);

using system::process_identity;

/// Returns a descriptor that is not open, with errno set, on failure.
[[nodiscard]] system::descriptor open_lock(const system::descriptor& folder);
/// Writes a file of the run folder, readable by this user only.
[[nodiscard]] system::result<void> write_file(const system::descriptor& folder,
                                              const std::string& name, std::string_view bytes,
                                              system::file_durability how);

/// Requests of the executor to a shim, as signals.
inline constexpr int stop_request = SIGTERM; ///< TERM to the command, KILL after the grace.
inline constexpr int kill_request = SIGUSR1; ///< KILL to the command.

/// One run of the command.
struct run_order {
  std::string job; ///< Its id; empty for an envelope.
  std::vector<std::string> words;
  std::vector<std::string> environment; ///< "NAME=value", besides those of all runs.
};

struct run_limits {
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::int64_t> cpu_thousandths;
  std::optional<std::int64_t> pids;
  std::optional<std::int64_t> open_files;
  std::int64_t output_bytes = std::numeric_limits<std::int64_t>::max(); ///< For each stream.
};

struct order {
  std::string name;                     ///< The attempt's.
  std::string group;                    ///< Name of the control groups, unique on the machine.
  std::string cwd;                      ///< Empty: the daemon's.
  std::vector<std::string> environment; ///< "NAME=value", besides the shim's own.
  std::vector<run_order> runs;          ///< At least one, run one after the other.
  run_limits limits;
  std::optional<std::int64_t> timeout_ms; ///< For all runs together.
  std::int64_t grace_ms = 0;
};

struct start_record {
  std::string boot;
  process_identity shim;
  process_identity job; ///< The command's process, leader of its own session.
  std::int64_t at_ns = 0;
  std::vector<std::string> cgroups; ///< Folders that were created for it.
};

/// Position of a run's output in the file.
struct byte_range {
  std::int64_t from = 0;
  std::int64_t to = 0;
};

struct run_result {
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::int64_t started_ns = 0;
  std::int64_t finished_ns = 0;
  bool timed_out = false;
  std::string message;
  byte_range out;
  byte_range err;
  bool out_is_cut = false; ///< The output limit was reached.
};

struct result {
  std::vector<run_result>
      runs;                 ///< Those that ran; if the loop was stopped, its last runs are missing.
  bool is_stopped = false;  ///< Stopped before its last run.
  std::int64_t user_us = 0; ///< CPU time of all processes.
  std::int64_t system_us = 0;
  std::int64_t peak_kb = 0; ///< Memory of the largest process.
};

[[nodiscard]] std::string encode(const order& what);
[[nodiscard]] std::string encode(const start_record& what);
[[nodiscard]] std::string encode(const result& what);
[[nodiscard]] std::string encode(const process_identity& what);

/// These return nothing if the file is missing or incomplete.
[[nodiscard]] std::optional<order> read_order(const system::descriptor& folder);
[[nodiscard]] std::optional<start_record> read_started(const system::descriptor& folder,
                                                       const char* name);
[[nodiscard]] std::optional<result> read_result(const system::descriptor& folder);
/// Returns the shim that holds the lock; nothing before the shim has recorded itself, or if it is
/// of an earlier boot.
[[nodiscard]] std::optional<process_identity> read_shim(const system::descriptor& folder);

} // namespace rota::run_folder
