#pragma once

#include "engine/position.hpp"

#include <cstdint>
#include <deque>

namespace rota::persistence {

using engine::position;

/// How many bytes of the journal lie behind which position. Remembers stretches of some kilobytes,
/// not groups: its memory is bounded by the journal's size over the stretch. Not for several
/// threads.
class journal_extent {
public:
  explicit journal_extent(std::uint64_t stretch_bytes) : stretch_bytes_(stretch_bytes) {}

  /// A group that ends at `last` was committed.
  void add(position last, std::uint64_t bytes);

  [[nodiscard]] std::uint64_t bytes() const noexcept { return added_ - cut_; }

  struct part {
    position upto;
    std::uint64_t bytes = 0;
  };

  /// The stretches wholly at or below `tail`, the one that still grows never.
  /// O(log n).
  [[nodiscard]] part cuttable(position tail) const;

  /// The journal was cut there.
  void cut(position upto);

private:
  struct stretch {
    position last;
    std::uint64_t begin; ///< bytes added before it, ever
    std::uint64_t end;   ///< and with it
  };

  std::uint64_t stretch_bytes_;
  std::deque<stretch> stretches_;
  std::uint64_t added_ = 0;
  std::uint64_t cut_ = 0;
};

} // namespace rota::persistence
