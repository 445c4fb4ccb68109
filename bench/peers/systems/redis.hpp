#pragma once

#include "bench/peers/systems/own_server.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace rota::bench {

/// Reads what Redis answers on one connection, line by line: numbers, short texts, and lists of
/// strings that hold no line feed.
class redis_answers {
public:
  /// `line` is without its line feed. When an answer has ended: its number, how many strings it
  /// held, or 0 for a short text. Throws with the text of a refusal.
  std::optional<std::uint64_t> take(std::string_view line);
  /// Whether the line given last was one of the strings.
  [[nodiscard]] bool at_string() const { return at_string_; }

private:
  std::size_t strings_ = 0; ///< Of the list that is being read.
  bool at_string_ = false;
  std::size_t lines_left_ = 0; ///< Of what is being read, a string being a size and a text.
};

/// A redis-server that syncs its append-only file before it answers a change.
[[nodiscard]] own_server::kind synced_redis(const stop_signal& stop);

/// A reliable queue of Redis lists: one for each tenant, a list of whose turn it is, and for each
/// worker a list of what it has in hand.
class redis_lists : public served_peer {
public:
  redis_lists(std::filesystem::path folder, const stop_signal& stop);

  void prepare(const peer_shape& shape) override;
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                      std::size_t batch) override;
};

} // namespace rota::bench
