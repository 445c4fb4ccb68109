// Methods for consoles only: actors, snapshots, backups, the log level.
#pragma once
#include "actors/runtime/engine_room.hpp"
#include "cmd/rotad/format.hpp"
#include "json/slice.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

namespace rota::daemon {

/// Lives on the io thread. Long operations run on a thread of their own, one at a time.
class operator_methods {
public:
  using room_ptr = std::shared_ptr<actors::engine_room>;
  /// Called on the io thread, possibly before serve() returns.
  using finished = std::function<void(std::uint64_t request, const wire::answer& what)>;
  operator_methods(boost::asio::io_context& io, finished tell);
  /// Waits for a running backup.
  ~operator_methods();

  bool knows(std::string_view method) const;
  /// Precondition: knows(method).
  void serve(std::uint64_t request, std::string_view method, json_value params,
             const room_ptr& room);
  /// The runtime has ended, so open snapshot requests will not be answered.
  void forget_snapshots() { snapshot_wanted_by_.clear(); }

private:
  using handler = void (operator_methods::*)(std::uint64_t, json_value, const room_ptr&);
  struct entry {
    std::string_view name;
    handler serve;
  };
  static const std::vector<entry>& table();

  void show_journal(std::uint64_t request, json_value params, const room_ptr& room);
  void take_snapshot(std::uint64_t request, json_value params, const room_ptr& room);
  void back_up(std::uint64_t request, json_value params, const room_ptr& room);
  void check_backup(std::uint64_t request, json_value params, const room_ptr& room);
  void change_log_level(std::uint64_t request, json_value params, const room_ptr& room);
  void trace_slow_messages(std::uint64_t request, json_value params, const room_ptr& room);

  void snapshot_taken();
  /// Runs `work` on the background thread and answers with its result. Refuses the request if the
  /// thread is busy.
  void in_background(std::uint64_t request, std::function<wire::answer()> work);

  boost::asio::io_context& io_;
  finished tell_;
  std::vector<std::uint64_t> snapshot_wanted_by_;
  std::thread worker_;
  bool busy_ = false;
};

} // namespace rota::daemon
