#include "persistence/journal/journal_extent.hpp"

#include <algorithm>

namespace rota::persistence {

void journal_extent::add(position last, std::uint64_t bytes) {
  if (segments_.empty() || added_ - segments_.back().begin >= segment_bytes_)
    segments_.push_back({last, added_, added_});
  added_ += bytes;
  segments_.back().last = last;
  segments_.back().end = added_;
}

journal_extent::part journal_extent::cuttable(position tail) const {
  if (segments_.empty())
    return {};
  const auto growing = segments_.end() - 1;
  const auto kept = std::partition_point(segments_.begin(), growing,
                                         [tail](const segment& each) { return each.last <= tail; });
  if (kept == segments_.begin())
    return {};
  const auto& last_cut = *(kept - 1);
  return {last_cut.last, last_cut.end - cut_};
}

void journal_extent::cut(position upto) {
  while (!segments_.empty() && segments_.front().last <= upto) {
    cut_ = segments_.front().end;
    segments_.pop_front();
  }
}

} // namespace rota::persistence
