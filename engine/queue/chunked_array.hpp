// An array whose growth costs the same at any size, so that pushes are as cheap with deep queues as
// with shallow ones.
#pragma once
#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace rota::engine {

/// Elements are in chunks of `Chunk` that never move; only the first chunk grows, from `First` by
/// doubling, so that tiny arrays stay tiny. Therefore grow() moves fewer than `Chunk` elements, at
/// most one chunk is held in reserve, and references are valid until the next grow().
template <class T, std::size_t First = 1, std::size_t Chunk = 1024>
class chunked_array {
  static_assert(First > 0 && First <= Chunk && (Chunk & (Chunk - 1)) == 0);

public:
  T& operator[](std::size_t i) { return chunks_[i / Chunk][i % Chunk]; }
  const T& operator[](std::size_t i) const { return chunks_[i / Chunk][i % Chunk]; }

  std::size_t size() const { return size_; }

  /// Appends an element and returns its index. A slot that is used for the first time has the
  /// default value; a reused one keeps its old content.
  std::size_t grow() {
    auto i = size_;
    if (i < Chunk)
      grow_first();
    else if (i / Chunk == chunks_.size())
      chunks_.push_back(std::make_unique<T[]>(Chunk));
    ++size_;
    release_one_spare();
    return i;
  }

  /// Empties the array. Elements keep their content until they are reused. Spare chunks are
  /// released one by one by later calls, so that this costs the same at any size.
  void reset() {
    size_ = 0;
    release_one_spare();
  }

private:
  void grow_first() {
    if (size_ < first_size_)
      return;
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
    // Keep one chunk beyond the last in use, so that a size that varies around a boundary does not
    // allocate and release a chunk each time.
    if (chunks_.size() > size_ / Chunk + 2)
      chunks_.pop_back();
  }

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::size_t first_size_ = 0;
  std::size_t size_ = 0;
};

} // namespace rota::engine
