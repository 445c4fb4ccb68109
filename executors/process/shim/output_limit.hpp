// Keeps a command's output from filling the disk: what is beyond the limit is cut off, again and again,
// without disturbing the command. The files are in append mode, so it writes on behind the cut.
#pragma once
#include "system/files.hpp"

#include <cstdint>

namespace rota::shim {

/// 0 when it can't be known.
[[nodiscard]] std::int64_t bytes_in(const system::descriptor& stream);

class output_limit {
public:
  /// Of each of the two, which outlive this.
  output_limit(const system::descriptor& out, const system::descriptor& err,
               std::int64_t bytes_max);

  /// Cuts what is too long.
  void look();
  /// When to look again: soon after something was written, else after a while.
  [[nodiscard]] std::int64_t next_look_ms() const { return next_ms_; }

  /// Something of stdout was cut off.
  [[nodiscard]] bool out_is_cut() const { return out_is_cut_; }

private:
  bool cut(const system::descriptor& stream) const;

  const system::descriptor& out_;
  const system::descriptor& err_;
  std::int64_t bytes_max_;
  std::int64_t next_ms_;
  std::int64_t seen_ = 0; ///< Bytes of both, after the last look.
  bool out_is_cut_ = false;
};

} // namespace rota::shim
