// A runtime in virtual time, and clients that keep its answers.
#pragma once
#include "actors/runtime/virtual_runtime.hpp"

#include <caf/send.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace rota::tests {

/// Keeps a session's answers, with the positions that they wait for.
class answer_box final : public actors::answer_sink {
public:
  struct entry {
    actors::reply what;
    engine::position position;
  };
  void answer(std::uint64_t request, actors::reply what, engine::position position) override {
    answers.emplace(request, entry{std::move(what), position});
  }
  void notify(actors::job_event what, engine::position) override { events.push_back(what); }

  std::map<std::uint64_t, entry> answers;
  std::vector<actors::job_event> events;
};

/// One client's session and its answers.
class session_client {
public:
  session_client(actors::session_actor session, std::shared_ptr<answer_box> box)
      : session_(std::move(session)), box_(std::move(box)) {}

  std::uint64_t send(actors::command what) {
    caf::anon_send(session_, actors::client_command{++last_, std::move(what)});
    return last_;
  }
  template <class Reply>
  const Reply* reply(std::uint64_t request) const {
    const auto found = box_->answers.find(request);
    return found == box_->answers.end() ? nullptr : std::get_if<Reply>(&found->second.what);
  }
  bool answered(std::uint64_t request) const { return box_->answers.contains(request); }
  answer_box& box() { return *box_; }
  void close() { caf::anon_send(session_, actors::connection_closed{}); }
  void end_input() { caf::anon_send(session_, actors::input_ended{}); }

private:
  actors::session_actor session_;
  std::shared_ptr<answer_box> box_;
  std::uint64_t last_ = 0;
};

class runtime_fixture {
public:
  explicit runtime_fixture(actors::recovered from = {}, actors::runtime_limits limits = {},
                           actors::backend_maker make_backend = {})
      : store_(persistence::store::open({}, {.level = persistence::durability::memory}).value()),
        runtime_(
            *store_,
            {.from = std::move(from), .limits = limits, .make_backend = std::move(make_backend)}) {}

  session_client& connect() {
    auto box = std::make_shared<answer_box>();
    clients_.push_back(std::make_unique<session_client>(runtime_.connect(box), box));
    return *clients_.back();
  }

  void run() { runtime_.run(); }
  void run_messages() { runtime_.run_messages(); }
  /// Runs one message: the actor whose message has waited longest.
  void run_one() { runtime_.run_messages(1); }
  /// Advances in small steps, so that timers fire in their order.
  void advance(std::chrono::milliseconds total,
               std::chrono::milliseconds step = std::chrono::milliseconds{10}) {
    for (std::chrono::milliseconds t{0}; t < total; t += step) {
      runtime_.advance(step);
      runtime_.run();
    }
  }

  /// Sends a command, runs, and returns the reply, which must be of this kind. Without a client, the
  /// first one sends it.
  template <class Reply>
  Reply ask(actors::command what) {
    return ask<Reply>(clients_.empty() ? connect() : *clients_.front(), std::move(what));
  }
  template <class Reply>
  Reply ask(session_client& client, actors::command what) {
    const auto request = client.send(std::move(what));
    run();
    const auto* reply = client.reply<Reply>(request);
    if (!reply)
      throw std::runtime_error("no such reply");
    return *reply;
  }

  actors::shared_state& shared() { return runtime_.shared(); }
  engine::time_point now() { return runtime_.now(); }
  persistence::journal& journal() { return runtime_.journal(); }
  persistence::store& store() { return *store_; }

private:
  std::unique_ptr<persistence::store> store_;
  actors::virtual_runtime runtime_;
  std::vector<std::unique_ptr<session_client>> clients_;
};

// -- shorthands for commands ----------------------------------------------------------------------

inline actors::push_command push(std::string type, std::string tenant, std::size_t count = 1) {
  actors::push_command out;
  for (std::size_t i = 0; i < count; ++i)
    out.jobs.push_back({type, tenant, {}});
  return out;
}

inline actors::pop_command pop(std::uint32_t leases = 1, std::chrono::milliseconds wait = {},
                               std::uint32_t max_jobs = 1) {
  return {"w", {}, leases, max_jobs, wait, std::nullopt};
}

inline actors::complete_command complete(const std::vector<actors::lease>& leases,
                                         bool succeeded = true) {
  actors::complete_command out;
  for (const auto& lease : leases) {
    actors::complete_item item;
    item.lease = {lease.id, {}};
    item.how.succeeded = succeeded;
    out.items.push_back(std::move(item));
  }
  return out;
}

inline actors::job_ref ref(engine::job_id id) { return {id, {}}; }

} // namespace rota::tests
