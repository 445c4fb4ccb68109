#pragma once

#include "bench/peers/client_load.hpp"
#include "bench/peers/postgres_clients.hpp"
#include "bench/peers/postgres_server.hpp"

#include <filesystem>

namespace rota::bench {

/// Whose job a pop in SQL takes.
enum class postgres_choice : std::uint8_t {
  oldest, ///< The first in.
  fair,   ///< The oldest of the tenant that was served longest ago.
};

/// A queue in a table of PostgreSQL, popped with FOR UPDATE SKIP LOCKED.
class postgres : public driven_peer {
public:
  postgres(std::filesystem::path folder, postgres_choice choice, const stop_signal& stop);

  [[nodiscard]] const peer_traits& traits() const override { return traits_; }
  void prepare(const peer_shape& shape) override;
  void begin_fill() override { filling_ = true; }
  void end_fill() override;
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                      std::size_t batch) override;
  double restart() override { return server_.restart(); }
  [[nodiscard]] std::vector<int> processes() const override { return server_.processes(); }

private:
  postgres_choice choice_;
  const stop_signal& stop_;
  peer_traits traits_;
  bool filling_ = false;
  postgres_server server_;
};

} // namespace rota::bench
