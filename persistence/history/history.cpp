#include "persistence/history/history.hpp"

#include "persistence/history/history_keys.hpp"

#include <algorithm>
#include <utility>

namespace rota::persistence {
namespace {

constexpr std::size_t level_offset = 4;
constexpr std::size_t last_offset = 5;
constexpr std::size_t first_offset = 13;
constexpr std::size_t number_offset = 21;
constexpr std::size_t value_header_bytes = 12;

// A block with its number in the order of writing.
struct numbered_block {
  std::uint64_t number;
  history_block block;
};

std::string level_key(std::uint32_t queue, std::uint8_t level) { return big_endian(queue, level); }

std::string end_key(std::uint32_t queue, std::uint8_t level, std::uint64_t last) {
  return big_endian(queue, level, last);
}

std::uint64_t last_in(std::string_view key) {
  return read_big_endian<std::uint64_t>(key, last_offset);
}

numbered_block read_block(std::string_view key, std::string_view value) {
  history_block block;
  block.queue = read_big_endian<std::uint32_t>(key, 0);
  block.last_serial = last_in(key);
  block.first_serial = read_big_endian<std::uint64_t>(key, first_offset);
  block.jobs = read_big_endian<std::uint32_t>(value, 0);
  block.newest_end_us = static_cast<std::int64_t>(read_big_endian<std::uint64_t>(value, 4));
  block.bytes = value.substr(value_header_bytes);
  return {~read_big_endian<std::uint64_t>(key, number_offset), std::move(block)};
}

bool well_formed(std::string_view key, std::string_view value) {
  return key.size() == history_key_bytes && value.size() >= value_header_bytes;
}

// Reads one queue's blocks.
class queue_history {
public:
  queue_history(const store& store, std::uint32_t queue) : store_(store), queue_(queue) {}

  // Finds the levels at which the queue has blocks.
  store_status read_levels() {
    unsigned next = 0;
    for (bool found = true; found && next <= 64;) {
      found = false;
      auto scanned = scan(level_key(queue_, {}).substr(0, level_offset),
                          level_key(queue_, static_cast<std::uint8_t>(next)), false,
                          [&](std::string_view key, std::string_view) {
                            levels_.push_back(static_cast<std::uint8_t>(key[level_offset]));
                            next = levels_.back() + 1U;
                            found = true;
                            return false;
                          });
      if (scanned.has_error())
        return scanned;
    }
    return {};
  }

  // Returns all blocks that cover the serial, newest written first.
  store_result<std::vector<history_block>> covering(std::uint64_t serial) const {
    std::vector<numbered_block> found;
    for (const auto level : levels_) {
      auto scanned = scan(level_key(queue_, level), end_key(queue_, level, serial), false,
                          [&](std::string_view key, std::string_view value) {
                            if (last_in(key) > covering_end(serial, level))
                              return false;
                            if (read_big_endian<std::uint64_t>(key, first_offset) <= serial)
                              found.push_back(read_block(key, value));
                            return true;
                          });
      if (scanned.has_error())
        return scanned.error();
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.number > b.number; });
    std::vector<history_block> blocks;
    blocks.reserve(found.size());
    for (auto& each : found)
      blocks.push_back(std::move(each.block));
    return blocks;
  }

  // The least last serial >= `serial` of any block; nothing if there is none.
  store_result<std::optional<std::uint64_t>> end_from(std::uint64_t serial) const {
    return nearest_end(serial, false);
  }

  // The greatest last serial < `serial` of any block; nothing if there is none.
  store_result<std::optional<std::uint64_t>> end_before(std::uint64_t serial) const {
    if (serial == 0)
      return std::optional<std::uint64_t>();
    return nearest_end(serial, true);
  }

private:
  store_status scan(std::string prefix, std::string from, bool reverse,
                    const store::on_row& fn) const {
    bool sound = true;
    auto scanned = store_.scan_rows({table::history, std::move(prefix), std::move(from), reverse},
                                    [&](std::string_view key, std::string_view value) {
                                      sound = well_formed(key, value);
                                      return sound && fn(key, value);
                                    });
    if (scanned.has_value() && !sound) {
      return store_error{store_errc::corrupt,
                         "the history contains a malformed block. Check the disk, and restore "
                         "the folder from a backup"};
    }
    return scanned;
  }

  store_result<std::optional<std::uint64_t>> nearest_end(std::uint64_t serial, bool reverse) const {
    std::optional<std::uint64_t> nearest;
    for (const auto level : levels_) {
      // In reverse, the seek key (the serial alone) sorts before every key of that serial.
      auto scanned = scan(level_key(queue_, level), end_key(queue_, level, serial), reverse,
                          [&](std::string_view key, std::string_view) {
                            const auto last = last_in(key);
                            nearest = !nearest  ? last
                                      : reverse ? std::max(*nearest, last)
                                                : std::min(*nearest, last);
                            return false;
                          });
      if (scanned.has_error())
        return scanned.error();
    }
    return nearest;
  }

  const store& store_;
  std::uint32_t queue_;
  std::vector<std::uint8_t> levels_;
};

// Ends the page at the next end of a block: every block that overlaps the range also covers its
// last serial.
store_result<std::optional<history_page>> page_forward(const queue_history& blocks,
                                                       std::uint64_t from) {
  const auto end = blocks.end_from(from);
  if (end.has_error())
    return end.error();
  if (!*end)
    return std::optional<history_page>();
  auto covering = blocks.covering(**end);
  if (covering.has_error())
    return covering.error();
  return std::optional(history_page{from, **end, std::move(*covering)});
}

// Ends the page just after the end of the block before: within the range, blocks end only at its
// top.
store_result<std::optional<history_page>> page_backward(const queue_history& blocks,
                                                        std::uint64_t from) {
  while (true) {
    const auto below = blocks.end_before(from);
    if (below.has_error())
      return below.error();
    auto covering = blocks.covering(from);
    if (covering.has_error())
      return covering.error();
    if (!covering->empty()) {
      const std::uint64_t first = *below ? **below + 1 : 0;
      return std::optional(history_page{first, from, std::move(*covering)});
    }
    if (!*below)
      return std::optional<history_page>();
    from = **below;
  }
}

} // namespace

store_result<std::optional<history_block>> find_in_history(const store& store, std::uint32_t queue,
                                                           std::uint64_t serial,
                                                           const history_match& match) {
  queue_history blocks(store, queue);
  if (auto read = blocks.read_levels(); read.has_error())
    return read.error();
  auto covering = blocks.covering(serial);
  if (covering.has_error())
    return covering.error();
  for (auto& block : *covering) {
    if (match(block.bytes))
      return std::optional(std::move(block));
  }
  return std::optional<history_block>();
}

store_result<std::optional<history_page>> page_of_history(const store& store, std::uint32_t queue,
                                                          std::uint64_t from, serial_order order) {
  queue_history blocks(store, queue);
  if (auto read = blocks.read_levels(); read.has_error())
    return read.error();
  return order == serial_order::oldest_first ? page_forward(blocks, from)
                                             : page_backward(blocks, from);
}

} // namespace rota::persistence
