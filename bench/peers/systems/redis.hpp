#pragma once

#include "bench/peers/systems/own_server.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace rota::bench {

/// Parses the answers of Redis on one connection, line by line: numbers, status texts, and lists of
/// strings without line feeds.
class redis_answers {
public:
  /// `line` is without its line feed. At the end of an answer, returns its number, the size of its
  /// list, or 0 for a status text. Throws with the text of a refusal.
  std::optional<std::uint64_t> take(std::string_view line);
  /// Returns whether the last line was a string of a list.
  [[nodiscard]] bool at_string() const { return at_string_; }

private:
  std::size_t strings_ = 0; ///< Size of the list that is being read.
  bool at_string_ = false;
  /// Lines left of the current answer; a string has two, its size and its text.
  std::size_t lines_left_ = 0;
};

/// A redis-server that syncs its append-only file before it answers a change.
[[nodiscard]] own_server::kind synced_redis(const stop_signal& stop);

/// A reliable queue of Redis lists: one for each tenant, one for the order of the tenants, and one
/// for each worker with the jobs that it holds.
class redis_lists : public served_peer {
public:
  redis_lists(peer_traits traits, std::filesystem::path folder, const stop_signal& stop);

  void prepare(const peer_shape& shape) override;
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                      std::size_t batch) override;
};

} // namespace rota::bench
