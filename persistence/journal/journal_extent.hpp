#pragma once

#include "engine/position.hpp"

#include <cstdint>
#include <deque>

namespace rota::persistence {

using engine::position;

/// Maps positions to the bytes of the journal. Keeps stretches of some kilobytes, not groups, so
/// that its memory is bounded by the journal's size divided by the stretch. Not thread-safe.
class journal_extent {
public:
  explicit journal_extent(std::uint64_t stretch_bytes) : stretch_bytes_(stretch_bytes) {}

  /// Records a committed group that ends at `last`.
  void add(position last, std::uint64_t bytes);

  [[nodiscard]] std::uint64_t bytes() const noexcept { return added_ - cut_; }

  struct part {
    position upto;
    std::uint64_t bytes = 0;
  };

  /// The stretches that end at or below `tail`, never including the one that is still growing.
  /// O(log n).
  [[nodiscard]] part cuttable(position tail) const;

  /// Records that the journal was cut up to `upto`.
  void cut(position upto);

private:
  struct stretch {
    position last;
    std::uint64_t begin; ///< total bytes added before it
    std::uint64_t end;   ///< the same, including it
  };

  std::uint64_t stretch_bytes_;
  std::deque<stretch> stretches_;
  std::uint64_t added_ = 0;
  std::uint64_t cut_ = 0;
};

} // namespace rota::persistence
