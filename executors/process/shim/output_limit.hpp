// Keeps a command's output from filling the disk: repeatedly truncates what exceeds the limit,
// without disturbing the command. The files are in append mode, so writes continue at the cut.
#pragma once
#include "system/files.hpp"

#include <cstdint>

namespace rota::shim {

/// Returns 0 if the size is unknown.
[[nodiscard]] std::int64_t bytes_in(const system::descriptor& stream);

class output_limit {
public:
  /// The limit applies to each of the two, which must outlive this object.
  output_limit(const system::descriptor& out, const system::descriptor& err,
               std::int64_t bytes_max);

  /// Truncates streams that exceed the limit.
  void enforce();
  /// Returns when to call enforce() next, as system::steady_now_ms(): soon after a write, otherwise
  /// later.
  [[nodiscard]] std::int64_t next_check_ms() const { return next_ms_; }

  /// Returns whether stdout was truncated.
  [[nodiscard]] bool out_is_cut() const { return out_is_cut_; }

private:
  bool cut(const system::descriptor& stream) const;

  const system::descriptor& out_;
  const system::descriptor& err_;
  std::int64_t bytes_max_;
  std::int64_t next_ms_;
  std::int64_t seen_ = 0; ///< Bytes of both after the last enforce().
  bool out_is_cut_ = false;
};

} // namespace rota::shim
