#include "persistence/journal/journal_extent.hpp"

#include <algorithm>

namespace rota::persistence {

void journal_extent::add(position last, std::uint64_t bytes) {
  if (stretches_.empty() || added_ - stretches_.back().begin >= stretch_bytes_)
    stretches_.push_back({last, added_, added_});
  added_ += bytes;
  stretches_.back().last = last;
  stretches_.back().end = added_;
}

journal_extent::part journal_extent::cuttable(position tail) const {
  if (stretches_.empty())
    return {};
  const auto growing = stretches_.end() - 1;
  const auto kept = std::partition_point(stretches_.begin(), growing,
                                         [tail](const stretch& each) { return each.last <= tail; });
  if (kept == stretches_.begin())
    return {};
  const auto& last_cut = *(kept - 1);
  return {last_cut.last, last_cut.end - cut_};
}

void journal_extent::cut(position upto) {
  while (!stretches_.empty() && stretches_.front().last <= upto) {
    cut_ = stretches_.front().end;
    stretches_.pop_front();
  }
}

} // namespace rota::persistence
