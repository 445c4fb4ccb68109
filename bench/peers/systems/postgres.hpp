#pragma once

#include "bench/peers/systems/own_server.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rota::bench {

/// The order in which a pop in SQL takes jobs.
enum class postgres_choice : std::uint8_t {
  oldest, ///< First in, first out.
  fair,   ///< The oldest job of the tenant that was served longest ago.
};

/// A queue in a table of PostgreSQL, popped with FOR UPDATE SKIP LOCKED. The server syncs each
/// commit before it answers. It refuses to run as root, so if the bench runs as root, the server
/// runs as the user `postgres`.
class postgres : public served_peer {
public:
  postgres(peer_traits traits, std::filesystem::path folder, postgres_choice choice,
           const stop_signal& stop);

  void prepare(const peer_shape& shape) override;
  void begin_fill() override { filling_ = true; }
  void end_fill() override;
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                      std::size_t batch) override;
  double restart() override;
  /// The postmaster and its children.
  [[nodiscard]] std::vector<int> processes() const override;

private:
  void make_cluster();
  void await_end(const std::vector<int>& processes) const;
  [[nodiscard]] std::string address() const;

  postgres_choice choice_;
  bool filling_ = false;
};

} // namespace rota::bench
