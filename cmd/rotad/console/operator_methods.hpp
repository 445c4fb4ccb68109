// Methods for consoles only: actors, snapshots, backups, the log level.
#pragma once
#include "actors/runtime/engine_runtime.hpp"
#include "actors/runtime/figures.hpp"
#include "json/slice.hpp"
#include "wire/answers.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rota::daemon {

/// Returns the live actors as JSON: the number of each kind and of the messages waiting for them.
/// Messages waiting for queues and for the supervisor are not counted, so theirs is null.
std::string format_actors(const actors::runtime_figures& figures);

/// Lives on the io thread. Long operations run on a thread of their own, one at a time.
class operator_methods {
public:
  using runtime_ptr = std::shared_ptr<actors::engine_runtime>;
  /// Called on the io thread, possibly before serve() returns.
  using answer_handler = std::function<void(std::uint64_t request, const wire::answer& what)>;
  operator_methods(boost::asio::io_context& io, answer_handler answer);
  /// Waits for a running backup.
  ~operator_methods();

  bool has(std::string_view method) const;
  /// Precondition: has(method).
  void serve(std::uint64_t request, std::string_view method, json_value params,
             const runtime_ptr& runtime);
  /// The runtime has ended, so open snapshot requests will not be answered.
  void drop_snapshot_requests() { snapshot_requests_.clear(); }

private:
  using handler = void (operator_methods::*)(std::uint64_t, json_value, const runtime_ptr&);
  struct entry {
    std::string_view name;
    handler serve;
  };
  static const std::vector<entry>& table();

  void show_journal(std::uint64_t request, json_value params, const runtime_ptr& runtime);
  void take_snapshot(std::uint64_t request, json_value params, const runtime_ptr& runtime);
  void back_up(std::uint64_t request, json_value params, const runtime_ptr& runtime);
  void check_backup(std::uint64_t request, json_value params, const runtime_ptr& runtime);
  void change_log_level(std::uint64_t request, json_value params, const runtime_ptr& runtime);
  void trace_slow_messages(std::uint64_t request, json_value params, const runtime_ptr& runtime);

  void snapshot_taken();
  /// Runs `work` on the background thread and answers with its result. Refuses the request if the
  /// thread is busy.
  void in_background(std::uint64_t request, std::function<wire::answer()> work);

  boost::asio::io_context& io_;
  answer_handler answer_;
  std::vector<std::uint64_t> snapshot_requests_;
  std::thread worker_;
  bool busy_ = false;
};

} // namespace rota::daemon
