#pragma once

#include "system/descriptor.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rota::tests {

/// The minimal daemon for a worker. It grants one lease per job, holds pops while it has no jobs,
/// and records what it receives. It can lose answers, and forget or cancel leases. Runs in a
/// thread; the public members may be read in wait_until() only.
class fake_daemon {
public:
  fake_daemon();
  ~fake_daemon();
  fake_daemon(const fake_daemon&) = delete;
  fake_daemon& operator=(const fake_daemon&) = delete;

  [[nodiscard]] int port() const { return port_; }

  void push(const std::string& id, const std::string& payload, const std::string& checkpoint = {});
  /// Accepts the next job.complete, but closes the connection instead of answering.
  void lose_next_complete() {
    locked([&] { loses_complete_ = true; });
  }
  /// The lease is unknown from now on.
  void forget_lease(const std::string& lease);
  /// The next extension reports the lease as cancelled.
  void cancel_lease(const std::string& lease) {
    locked([&] { cancelled_.insert(lease); });
  }
  /// Refuses every pop with an error of this kind.
  void refuse_pops(const std::string& kind) {
    locked([&] { refused_kind_ = kind; });
  }
  /// A pop that is held when its client shuts down sending is answered with this job.
  void grant_on_end(const std::string& id, const std::string& payload) {
    locked([&] { on_end_.push_back({id, payload, {}}); });
  }

  /// Waits until `holds`, which is called under the lock, returns true. Fails after a time that no
  /// healthy run needs.
  void wait_until(const std::function<bool()>& holds);
  void wait_for_results(std::size_t count);

  [[nodiscard]] std::string result(std::size_t index) {
    return locked([&] { return results.at(index); });
  }
  [[nodiscard]] std::size_t results_count() {
    return locked([&] { return results.size(); });
  }
  [[nodiscard]] std::string deferred_item(std::size_t index) {
    return locked([&] { return deferred.at(index); });
  }
  [[nodiscard]] std::vector<std::string> released_leases() {
    return locked([&] { return released; });
  }
  /// The largest number of leases at a time.
  [[nodiscard]] std::size_t leased_max() {
    return locked([&] { return leased_max_; });
  }

  std::set<std::string> leased;
  std::vector<std::string> results;  ///< Items of job.complete.
  std::vector<std::string> deferred; ///< Items of job.defer.
  std::vector<std::string> released;
  std::size_t extends = 0;
  std::size_t connections = 0;
  std::deque<std::string> held_pops; ///< Request ids.

private:
  struct job {
    std::string id, payload, checkpoint;
  };

  auto locked(const auto& act) -> decltype(act()) {
    const std::lock_guard lock{mutex_};
    return act();
  }
  void run();
  void accept_one();
  void read_some();
  void handle_end_of_input();
  void close_client();
  void write_line(const std::string& line);
  void handle(const std::string& line);
  /// Returns the result, or nothing if there is no answer yet or ever.
  [[nodiscard]] std::string answer(const std::string& id, const std::string& method,
                                   std::string_view params);
  [[nodiscard]] std::string lease_one(const job& given);
  [[nodiscard]] std::string complete(std::string_view params);
  [[nodiscard]] std::string extend(std::string_view params);
  void answer_held_pop();

  std::mutex mutex_;
  std::condition_variable changed_;
  system::descriptor listener_;
  system::descriptor client_;
  system::pipe_ends wake_;
  int port_ = 0;
  bool is_ending_ = false;
  std::string input_;
  std::deque<job> waiting_;
  std::deque<job> on_end_;
  std::set<std::string> forgotten_;
  std::set<std::string> cancelled_;
  std::string refused_kind_;
  bool loses_complete_ = false;
  std::size_t leases_ = 0;
  std::size_t leased_max_ = 0;
  std::thread thread_;
};

} // namespace rota::tests
