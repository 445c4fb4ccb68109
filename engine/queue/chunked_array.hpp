// An array whose growth costs the same at any size: what makes pushes as cheap deep as shallow.
#pragma once
#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace rota::engine {

/// Elements stand in chunks of `Chunk` that never move; only the first chunk grows from `First` by
/// doubling, so that a tiny array is tiny. So grow() moves fewer than `Chunk` elements, at most one
/// chunk is held in reserve, and references live until the next grow().
template <class T, std::size_t First = 1, std::size_t Chunk = 1024>
class chunked_array {
  static_assert(First > 0 && First <= Chunk && (Chunk & (Chunk - 1)) == 0);

public:
  T& operator[](std::size_t i) { return chunks_[i / Chunk][i % Chunk]; }
  const T& operator[](std::size_t i) const { return chunks_[i / Chunk][i % Chunk]; }

  std::size_t size() const { return size_; }

  /// Adds an element at the end, of default value when it is used for the first time; its index.
  std::size_t grow() {
    auto i = size_;
    if (i < Chunk) {
      grow_first();
    } else if (i / Chunk == chunks_.size()) {
      chunks_.push_back(std::make_unique<T[]>(Chunk));
    }
    ++size_;
    release_one_spare();
    return i;
  }

  /// Empties the array. What its elements hold stays until they are used again. Spare chunks go one
  /// by one with the next calls, so that this costs the same at any size.
  void reset() {
    size_ = 0;
    release_one_spare();
  }

private:
  void grow_first() {
    if (size_ < first_size_) {
      return;
    }
    auto larger = std::max(First, std::min(2 * first_size_, Chunk));
    auto chunk = std::make_unique<T[]>(larger);
    if (chunks_.empty()) {
      chunks_.reserve(1);
      chunks_.push_back(std::move(chunk));
    } else {
      std::move(chunks_[0].get(), chunks_[0].get() + size_, chunk.get());
      chunks_[0] = std::move(chunk);
    }
    first_size_ = larger;
  }

  void release_one_spare() {
    // One chunk beyond the last in use stays, so that a size around a border doesn't flutter.
    if (chunks_.size() > size_ / Chunk + 2) {
      chunks_.pop_back();
    }
  }

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::size_t first_size_ = 0;
  std::size_t size_ = 0;
};

} // namespace rota::engine
