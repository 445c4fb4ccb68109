#pragma once

#include "cmd/rota/context.hpp"
#include "cmd/rota/work/job_pool.hpp"
#include "cmd/rota/work/lease_book.hpp"
#include "cmd/rota/work/outbox.hpp"
#include "wire/client.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rota::client {

struct worker_options {
  wire::endpoint server;
  std::string name;                 ///< The worker's name, as shown by the daemon.
  std::vector<std::string> types;   ///< Empty: all that external workers may run.
  std::vector<std::string> command; ///< With placeholders: executors::filled_words().
  std::size_t jobs = 1;             ///< Maximum number of commands at a time.
  std::size_t leases_max = 100;     ///< Maximum number of leases per pop.
  std::optional<std::chrono::milliseconds> lease_ms; ///< Overrides the types' setting.
  std::chrono::milliseconds grace{5000};             ///< Between SIGTERM and SIGKILL.
  std::chrono::milliseconds pop_wait{3000};          ///< How long the daemon may hold a pop.
};

/// Receives reports about the worker's progress.
struct worker_listener {
  std::function<void(const settled_outcome&)> settled;
  std::function<void(std::string_view answer)> results_answered; ///< JSON text as received.
  std::function<void(const std::string&)> noted;                 ///< Messages for people.
};

/// Pops leases and runs a command for each job, in one thread that blocks only in poll(). While the
/// daemon is unreachable the commands continue; when it is back, their leases are extended and
/// their results sent. A command is stopped only by a cancel, by a request to stop, or when the
/// daemon reports its lease as unknown. The process must ignore SIGPIPE.
///
///   daemon --pop--> lease_book, job_pool --outcome--> outbox --job.complete, job.defer--> daemon
///                   lease_book --job.extend--> daemon --unknown, cancelled--> job_pool
class worker {
public:
  /// `stop_descriptor` becomes readable with each request to stop (see stop_signals). After the
  /// first, no more leases are taken and the worker ends once all results are answered. After the
  /// second, the commands are stopped and their jobs given back. After the third, they are killed
  /// at once.
  worker(worker_options options, worker_listener listener, int stop_descriptor);

  /// Runs until it is stopped. Returns no_connection if the daemon was unreachable at the start or
  /// for the last results, refused if it refuses this worker's requests.
  [[nodiscard]] exit_status run();

private:
  using clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

  static constexpr milliseconds retry_delay{1000}; // After a temporary error.

  enum class request_kind : std::uint8_t { pop, extend, results, release, type_settings };
  struct pending_request {
    request_kind kind;
    clock::time_point sent;
    clock::time_point deadline;
    std::vector<std::string> subjects; // The leases of a release, or the type of type_settings.
  };

  // Connection.
  [[nodiscard]] bool connected() const { return server_.has_value(); }
  void reconnect_when_due(clock::time_point now);
  void connection_lost(const std::string& why);
  void drop_when_silent(clock::time_point now);

  // Requests and answers.
  void send(request_kind kind, std::string_view method, const std::string& params,
            milliseconds patience, std::vector<std::string> subjects = {});
  void send_what_is_due(clock::time_point now);
  void send_pop(clock::time_point now);
  void send_extend(clock::time_point now);
  void send_release();
  void take_messages();
  void take_answer(const wire::message& answer);
  void answered(const pending_request& request, const wire::message& answer);
  void popped(const pending_request& request, json_value result);
  void pop_refused(const wire::call_error& error);
  void extended(json_value result);
  void results_answered(json_value result);
  void settle(const std::vector<settled_outcome>& settled);
  [[nodiscard]] bool is_pending(request_kind kind) const;
  [[nodiscard]] std::map<std::int64_t, pending_request>::iterator
  pending_of(const wire::message& answer);

  // Jobs.
  void take_ended_jobs();
  void give_back(const std::string& lease);

  // The loop.
  void wait();
  [[nodiscard]] milliseconds time_to_wait(clock::time_point now) const;
  void take_stop_requests();
  [[nodiscard]] bool stopping() const { return stop_requests_ > 0; }
  [[nodiscard]] bool finished(clock::time_point now);
  void drain_pop();
  void note(const std::string& text) const { listener_.noted(text); }

  worker_options options_;
  worker_listener listener_;
  int stop_descriptor_;
  job_pool jobs_;
  lease_book leases_;
  outbox outbox_;
  std::vector<std::string> to_release_;
  std::optional<wire::client> server_;
  std::map<std::int64_t, pending_request> pending_;
  clock::time_point reconnect_at_{};
  milliseconds reconnect_delay_;
  clock::time_point pop_at_{};
  clock::time_point results_at_{};
  int stop_requests_ = 0;
  std::optional<clock::time_point> give_up_at_;
  exit_status status_ = exit_status::done;
};

} // namespace rota::client
