// The folder of one attempt, shared by rotad and the node that runs it. README.md lists its files.
#pragma once
#include "executors/executor.hpp"
#include "system/call_error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rota::executors::slurm {

/// Written at the end by the batch script, or by rotad in its place; without the output.
struct end_record : command_result {
  struct run : command_result {
    std::uint64_t out_end = 0; ///< Where its part of stdout ends.
    std::uint64_t err_end = 0;
  };
  std::vector<run> runs; ///< Of a loop: those that ran.
};

[[nodiscard]] std::string text_of(const end_record& end);
/// Returns nothing if the text is malformed.
[[nodiscard]] std::optional<end_record> read_end(std::string_view text);

enum class claim_holder : std::uint8_t {
  nobody, ///< The command never ran, and still may.
  script, ///< It runs or ran.
  rota,   ///< It never ran and never will.
};

/// Requests of rotad to a script, as files; a script checks for them at every beat.
enum class mark : std::uint8_t { term, kill, fenced };

/// The state of a run folder at one moment.
struct folder_state {
  claim_holder holder = claim_holder::nobody;
  bool ended = false;
  bool fenced = false;
  bool killed = false;     ///< Rota requested it.
  bool terminated = false; ///< Rota requested it.
};

/// Read errors count as missing files. Not thread-safe, but several objects of one folder may be
/// used concurrently: the file system decides what must be decided once.
class run_folder {
public:
  explicit run_folder(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool is_there() const;
  /// Lists the folder, which makes NFS revalidate it.
  [[nodiscard]] folder_state look() const;

  /// Creates the folder with these files, atomically and durably. Returns false if it already
  /// exists.
  using files = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] backend_result<bool> create(const files& content) const;

  /// Takes the claim for rotad if it is free, durably. Returns its present holder.
  [[nodiscard]] backend_result<claim_holder> claim() const;

  [[nodiscard]] backend_result<void> set(mark what) const;

  /// Returns what the script wrote at its latest beat; empty if there was none.
  [[nodiscard]] std::string beat() const;

  /// Returns when the claim was taken, by the clock of the file system.
  [[nodiscard]] engine::time_point claimed_at() const;
  /// Returns when the latest beat was written, by the clock of the file system.
  [[nodiscard]] engine::time_point last_beat_at() const;

  [[nodiscard]] std::optional<end_record> end() const;
  /// Writes the end in the script's place; an existing end is kept.
  [[nodiscard]] backend_result<void> settle(const end_record& end) const;

  /// Returns the id of the last submission; empty if unknown.
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

/// Returns how the attempt ended, with the beginning of stdout and the end of stderr; for a loop
/// also for each job that ran.
[[nodiscard]] attempt_result ending_of(const run_folder& run, const end_record& end);

/// Removes the text up to the delimiter from `text`, and the delimiter. Returns it without the
/// delimiter; all of `text` if there is none.
[[nodiscard]] std::string_view cut_until(std::string_view& text, char delimiter);

} // namespace rota::executors::slurm
