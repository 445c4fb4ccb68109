// The folder of one attempt, which rotad and the node that runs it share. README.md lists its files.
#pragma once
#include "executors/executor.hpp"
#include "system/call_error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::executors::slurm {

/// What the batch script wrote at the end, or rotad in its place.
struct end_record {
  struct run {
    std::optional<int> exit_code;
    std::optional<int> signal;
    engine::time_point started{};
    engine::time_point finished{};
    std::uint64_t out_end = 0; ///< Where its part of stdout ends.
    std::uint64_t err_end = 0;
  };
  std::optional<int> exit_code;
  std::optional<int> signal;
  engine::time_point started{};
  engine::time_point finished{};
  bool timed_out = false;
  std::string message;
  std::vector<run> runs; ///< Of a loop: those that ran.
};

/// The time by this machine's clock.
[[nodiscard]] engine::time_point now();

[[nodiscard]] std::string text_of(const end_record& end);
/// Nothing when it isn't one.
[[nodiscard]] std::optional<end_record> read_end(std::string_view text);

enum class claim_holder : std::uint8_t {
  nobody, ///< The command never ran, and still may.
  script, ///< It runs or ran.
  rota,   ///< It never ran and never will.
};

/// What rotad asks of a script by way of a file; a script looks at every beat.
enum class mark : std::uint8_t { term, kill, fenced };

/// A run folder at one moment.
struct run_view {
  claim_holder holder = claim_holder::nobody;
  bool ended = false;
  bool fenced = false;
  bool killed = false;     ///< Rota asked for it.
  bool terminated = false; ///< Rota asked for it.
};

/// Handles no errors of reading: what can't be read isn't there. Not thread-safe, but several of one
/// folder may be used at once: what must be decided once is decided by the file system.
class run_folder {
public:
  explicit run_folder(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool is_there() const;
  /// Lists the folder, which makes NFS look whether it has changed.
  [[nodiscard]] run_view look() const;

  /// Makes the folder with these files, whole or not at all, durable. False: there is one already.
  using files = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] backend_result<bool> create(const files& content) const;

  /// Takes the claim for rotad if nobody has it, durably; who has it now.
  [[nodiscard]] backend_result<claim_holder> claim() const;

  [[nodiscard]] backend_result<void> set(mark what) const;

  /// What the script wrote at its last beat; empty when it never did.
  [[nodiscard]] std::string beat() const;

  /// When the claim was taken, and when the last beat was, by the clock of the file system.
  [[nodiscard]] engine::time_point claimed_at() const;
  [[nodiscard]] engine::time_point beaten_at() const;

  [[nodiscard]] std::optional<end_record> end() const;
  /// Writes the end in the script's place; the first one stays.
  [[nodiscard]] backend_result<void> settle(const end_record& end) const;

  /// The id of the last submission; empty when none is known.
  [[nodiscard]] std::string handle() const;
  [[nodiscard]] backend_result<void> set_handle(const std::string& handle) const;

  [[nodiscard]] std::string file(std::string_view name) const;

private:
  [[nodiscard]] claim_holder holder() const;
  [[nodiscard]] system::result<void> fill(const files& content) const;
  [[nodiscard]] system::result<void> put(std::string_view name, std::string_view bytes) const;
  [[nodiscard]] std::string text(std::string_view name, std::size_t bytes_max) const;

  std::string path_;
};

} // namespace rota::executors::slurm
