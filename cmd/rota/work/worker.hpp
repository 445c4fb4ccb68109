#pragma once

#include "cmd/rota/context.hpp"
#include "cmd/rota/work/held_leases.hpp"
#include "cmd/rota/work/outbox.hpp"
#include "cmd/rota/work/running_jobs.hpp"
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
  std::string name;                 ///< The worker's name, as shown by the server.
  std::vector<std::string> types;   ///< Empty: all that external workers may run.
  std::vector<std::string> command; ///< With placeholders: executors::filled_words().
  std::size_t jobs = 1;             ///< Maximum number of commands at a time.
  std::size_t leases_max = 100;     ///< Maximum number of leases per pop.
  std::optional<std::chrono::milliseconds> lease_ms; ///< Overrides the jobs' and types' own.
  std::chrono::milliseconds grace{5000};             ///< Between SIGTERM and SIGKILL.
  std::chrono::milliseconds pop_wait{3000};          ///< How long the server may hold a pop.
};

/// Receives reports about the worker's progress.
struct worker_listener {
  std::function<void(const settled_outcome&)> settled;
  std::function<void(std::string_view answer)> results_answered; ///< JSON text as received.
  std::function<void(const std::string&)> message;               ///< Messages for people.
};

/// Pops leases and runs a command for each job, in one thread that blocks only in poll(). While the
/// server is unreachable the commands continue; when it is back, their leases are extended and
/// their results sent. A command is stopped only by a cancel, by a request to stop, or when the
/// server reports its lease as unknown. The process must ignore SIGPIPE.
///
///   server --pop--> held_leases, running_jobs --outcome--> outbox --job.complete, job.defer--> server
///                   held_leases --job.extend--> server --unknown, cancelled--> running_jobs
class worker {
public:
  /// `stop_descriptor` becomes readable with each request to stop (see stop_signals). After the
  /// first, no more leases are taken and the worker ends once all results are answered. After the
  /// second, the commands are stopped and their leases released. After the third, they are killed
  /// at once.
  worker(worker_options options, worker_listener listener, int stop_descriptor);

  /// Runs until it is stopped. Returns no_connection if the server was unreachable at the start or
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
  [[nodiscard]] bool is_connected() const { return server_.has_value(); }
  void reconnect_when_due(clock::time_point now);
  void connection_lost(const std::string& why);
  void disconnect_when_silent(clock::time_point now);

  // Requests and answers.
  void send(request_kind kind, std::string_view method, const std::string& params,
            std::vector<std::string> subjects = {});
  void send_due_requests(clock::time_point now);
  void send_pop(clock::time_point now);
  void send_extend(clock::time_point now);
  void send_release();
  void take_messages();
  void handle_message(const wire::message& answer);
  void handle_answer(const pending_request& request, const wire::message& answer);
  void handle_leases(const pending_request& request, json_value result);
  void handle_pop_refusal(const wire::call_error& error);
  void handle_extension(json_value result);
  void handle_results(json_value result);
  void report_settled(const std::vector<settled_outcome>& settled);
  [[nodiscard]] bool is_pending(request_kind kind) const;
  [[nodiscard]] std::map<std::int64_t, pending_request>::iterator
  pending_of(const wire::message& answer);

  // Jobs.
  void collect_ended_jobs();
  void release(const std::string& lease);

  // The loop.
  void wait();
  [[nodiscard]] milliseconds time_to_wait(clock::time_point now) const;
  void count_stop_requests();
  [[nodiscard]] bool is_stopping() const { return stop_requests_ > 0; }
  [[nodiscard]] bool is_finished(clock::time_point now);
  void end_pop();
  void report_message(const std::string& text) const { listener_.message(text); }

  worker_options options_;
  worker_listener listener_;
  int stop_descriptor_;
  running_jobs jobs_;
  held_leases leases_;
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
