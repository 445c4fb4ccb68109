#include "persistence/history/history.hpp"
#include "persistence/history/history_keys.hpp"

#include <algorithm>
#include <utility>

namespace rota::persistence {
namespace {

constexpr std::size_t range_key_bytes = history_key_bytes - 8;
constexpr std::size_t totals_bytes = 4 * 8;

// A row of the table history_order.
struct order_entry {
  std::string_view range_key;
  std::uint32_t jobs;
  std::int64_t newest_end_us;
};

std::optional<order_entry> read_entry(std::string_view value) {
  if (value.size() != history_order_value_bytes)
    return std::nullopt;
  return order_entry{
      value.substr(0, range_key_bytes), read_big_endian<std::uint32_t>(value, range_key_bytes),
      static_cast<std::int64_t>(read_big_endian<std::uint64_t>(value, range_key_bytes + 4))};
}

store_error malformed() {
  return {store_errc::corrupt,
          "the history contains a malformed row. Check the disk, and restore the folder from a "
          "backup"};
}

} // namespace

store_result<history_writer> history_writer::open(const store& store, history_retention retention) {
  history_writer made;
  made.retention_ = retention;
  auto row = store.get_row(table::store_state, history_totals_row);
  if (row.has_error())
    return row.error();
  if (*row) {
    if ((*row)->size() != totals_bytes)
      return malformed();
    made.next_ = read_big_endian<std::uint64_t>(**row, 0);
    made.oldest_ = read_big_endian<std::uint64_t>(**row, 8);
    made.jobs_ = read_big_endian<std::uint64_t>(**row, 16);
    made.blocks_ = read_big_endian<std::uint64_t>(**row, 24);
  }
  if (auto read = made.read_oldest(store); read.has_error())
    return read.error();
  return made;
}

row_change history_writer::totals() const {
  return {table::store_state, std::string(history_totals_row),
          big_endian(next_, oldest_, jobs_, blocks_)};
}

store_status history_writer::read_oldest(const store& store) {
  bool sound = true;
  oldest_end_us_.reset();
  auto scanned = store.scan_rows({.table = table::history_order, .from = big_endian(oldest_)},
                                 [&](std::string_view key, std::string_view value) {
                                   const auto entry = read_entry(value);
                                   sound = entry.has_value() && key.size() == 8;
                                   if (sound) {
                                     oldest_ = read_big_endian<std::uint64_t>(key, 0);
                                     oldest_end_us_ = entry->newest_end_us;
                                     oldest_jobs_ = entry->jobs;
                                   }
                                   return false;
                                 });
  return scanned.has_error() || sound ? scanned : store_status(malformed());
}

void history_writer::add(const history_block& block, std::vector<row_change>& out) {
  const auto range_key = history_range_key(block);
  const auto end = big_endian(block.jobs, static_cast<std::uint64_t>(block.newest_end_us));
  out.push_back({table::history, history_key(range_key, next_), end + block.bytes});
  out.push_back({table::history_order, big_endian(next_), range_key + end});
  if (blocks_ == 0) {
    oldest_ = next_;
    oldest_end_us_ = block.newest_end_us;
    oldest_jobs_ = block.jobs;
  }
  ++next_;
  ++blocks_;
  jobs_ += block.jobs;
  out.push_back(totals());
}

bool history_writer::too_old(std::int64_t newest_end_us, std::int64_t now_us) const noexcept {
  return retention_.age_us != 0 && newest_end_us <= now_us - retention_.age_us;
}

bool history_writer::has_expired(std::int64_t now_us) const noexcept {
  const bool too_many = retention_.jobs_max != 0 &&
                        jobs_ >= retention_.jobs_max + std::max<std::uint64_t>(oldest_jobs_, 1);
  return oldest_end_us_ && (too_many || too_old(*oldest_end_us_, now_us));
}

std::optional<std::int64_t> history_writer::next_expiry_us() const noexcept {
  if (!oldest_end_us_ || retention_.age_us == 0)
    return std::nullopt;
  return *oldest_end_us_ + retention_.age_us;
}

store_status history_writer::drop_expired(store& store, std::int64_t now_us,
                                          std::size_t blocks_max) {
  std::vector<row_change> changes;
  bool sound = true;
  std::size_t dropped = 0;
  auto scanned = store.scan_rows(
      {.table = table::history_order, .from = big_endian(oldest_)},
      [&](std::string_view key, std::string_view value) {
        const auto entry = read_entry(value);
        sound = entry.has_value() && key.size() == 8;
        if (!sound || dropped == blocks_max)
          return false;
        oldest_end_us_ = entry->newest_end_us;
        oldest_jobs_ = entry->jobs;
        if (!has_expired(now_us))
          return false;
        const auto number = read_big_endian<std::uint64_t>(key, 0);
        changes.push_back({table::history, history_key(entry->range_key, number), {}});
        changes.push_back({table::history_order, std::string(key), {}});
        oldest_ = number + 1;
        jobs_ -= std::min<std::uint64_t>(jobs_, entry->jobs);
        blocks_ -= std::min<std::uint64_t>(blocks_, 1);
        ++dropped;
        return true;
      });
  if (scanned.has_error() || !sound)
    return sound ? scanned : store_status(malformed());
  changes.push_back(totals());
  auto written = store.write_rows(changes);
  return written.has_error() ? written : read_oldest(store);
}

} // namespace rota::persistence
