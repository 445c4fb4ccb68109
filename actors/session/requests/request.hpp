// One client request in a session.
#pragma once
#include "actors/interfaces.hpp"
#include "actors/runtime/shared_state.hpp"
#include "actors/runtime/traced_actor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <memory>
#include <typeinfo>
#include <utility>
#include <variant>

namespace rota::actors {

/// State that the requests of one session share.
struct session_state {
  shared_state_ptr shared;
  std::shared_ptr<answer_sink> sink;
  bool closed = false;   ///< The connection is gone; answers are dropped.
  bool unlisted = false; ///< Removed from the list of sessions, and about to end.
  static constexpr const char* name = "session";
};
using session_pointer = traced_pointer<session_actor, session_state>;

/// Several lambdas as one function object, for std::visit.
template <class... Functions>
struct overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
overloaded(Functions...) -> overloaded<Functions...>;

/// A small state machine: start() sends parts, take() receives their answers, finish() ends it. It
/// is owned by the session and used only there.
class request {
public:
  request(session_pointer self, std::uint64_t number) : self_(self), number_(number) {}
  request(const request&) = delete;
  request& operator=(const request&) = delete;
  virtual ~request() = default;

  virtual void start() = 0;

  /// Receives the answer to one part. A `reply` ends the request.
  void take(answer& a);
  void take(lease_part& granted);
  void take(ask_done& closed);
  void take(settled_part& settled);

  bool finished() const { return finished_; }

protected:
  // Answers to its parts. A request overrides those that it can receive; any other is a programming
  // error.
  virtual void on_answer(answer& a);
  virtual void on_lease(lease_part& granted);
  virtual void on_ask_done(ask_done& closed);
  virtual void on_settled(settled_part& settled);

  /// Calls the handler of the received alternative. There is one for each that the request can
  /// receive; any other is a programming error.
  template <class... Handlers>
  static void handle(answer& a, Handlers... handlers) {
    std::visit(overloaded{std::move(handlers)..., [](auto& other) { unexpected(typeid(other)); }},
               a.what);
  }

  /// Ends the request; later answers to it are dropped.
  void finish(reply what) {
    finished_ = true;
    if (!self_->state.closed)
      self_->state.sink->answer(number_, std::move(what), seen_);
  }

  /// The answer depends on events up to `position`. take() already calls it for what it receives.
  void depends_on(engine::position position) { seen_ = std::max(seen_, position); }

  shared_state& shared() const { return *self_->state.shared; }
  bool closed() const { return self_->state.closed; }
  engine::time_point now() const { return shared().clock.at(self_->clock().now()); }

  /// Makes a `Part` whose answer is addressed to part `part` of this request.
  template <class Part>
  Part make_part(std::uint32_t part = 0) const {
    Part out;
    out.asker = session_actor{self_};
    out.request = number_;
    out.part = part;
    return out;
  }

  template <class Handle, class Message>
  void send(const Handle& to, Message&& message) {
    self_->send(to, std::forward<Message>(message));
  }
  /// Returns false if the queue has no actor, and so no jobs, leases or keys.
  template <class Message>
  bool send_to_queue(engine::queue_number queue, Message&& message) {
    return shared().queues.send_to(
        queue, [&](const queue_actor& actor) { send(actor, std::forward<Message>(message)); });
  }

  session_pointer self() const { return self_; }

private:
  /// Ends the process: an answer arrived that was not requested.
  [[noreturn]] static void unexpected(const std::type_info& what);

  session_pointer self_;
  std::uint64_t number_;
  engine::position seen_;
  bool finished_ = false;
};

/// A request that keeps its command.
template <class Command>
class command_request : public request {
public:
  command_request(session_pointer self, std::uint64_t number, Command what)
      : request(self, number), what_(std::move(what)) {}

protected:
  Command what_;
};

using request_ptr = std::unique_ptr<request>;

request_ptr make_request(session_pointer self, std::uint64_t number, push_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, pop_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, complete_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, extend_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, release_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, defer_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, cancel_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, retry_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, get_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, list_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, explain_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, output_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, put_setting_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, get_setting_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, delete_setting_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, list_settings_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, list_queues_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, pause_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, drain_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, stats_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, figures_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, subscribe_command what);
request_ptr make_request(session_pointer self, std::uint64_t number, unsubscribe_command what);

} // namespace rota::actors
