#pragma once

#include "engine/position.hpp"

#include <cstdint>
#include <deque>

namespace rota::persistence {

using engine::position;

/// Maps positions to the bytes of the journal. Keeps segments of some kilobytes, not groups, so
/// that its memory is bounded by the journal's size divided by the segment. Not thread-safe.
class journal_extent {
public:
  explicit journal_extent(std::uint64_t segment_bytes) : segment_bytes_(segment_bytes) {}

  /// Records a committed group that ends at `last`.
  void add(position last, std::uint64_t bytes);

  [[nodiscard]] std::uint64_t bytes() const noexcept { return added_ - cut_; }

  struct part {
    position upto;
    std::uint64_t bytes = 0;
  };

  /// The segments that end at or below `tail`, never including the one that is still growing.
  /// O(log n).
  [[nodiscard]] part cuttable(position tail) const;

  /// Records that the journal was cut up to `upto`.
  void cut(position upto);

private:
  struct segment {
    position last;
    std::uint64_t begin; ///< total bytes added before it
    std::uint64_t end;   ///< the same, including it
  };

  std::uint64_t segment_bytes_;
  std::deque<segment> segments_;
  std::uint64_t added_ = 0;
  std::uint64_t cut_ = 0;
};

} // namespace rota::persistence
