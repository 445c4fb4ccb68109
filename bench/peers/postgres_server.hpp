#pragma once

#include "bench/common/child_process.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rota::bench {

/// A PostgreSQL server that syncs each commit before it answers. It refuses to be root, so where the
/// bench is root it is the user `postgres`.
class postgres_server {
public:
  postgres_server(std::filesystem::path folder, const stop_signal& stop);

  /// Makes a cluster and starts a server on it, the first time only.
  void start_once();
  /// Kills it and starts it on its data; returns the seconds until it answers.
  double restart();

  /// What libpq needs to connect.
  [[nodiscard]] std::string address() const;
  /// The postmaster and its children.
  [[nodiscard]] std::vector<int> processes() const;

private:
  void make_cluster();
  void start();

  std::filesystem::path folder_;
  const stop_signal& stop_;
  std::unique_ptr<child_process> process_;
};

} // namespace rota::bench
