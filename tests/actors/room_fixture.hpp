// A whole room under CAF's deterministic scheduler: nothing runs unless the test says so, time stands
// still, the journal commits when it is pumped.
#pragma once
#include "actors/recovery.hpp"
#include "actors/room.hpp"
#include "actors/room_actors.hpp"
#include "actors/session_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rota::tests {

/// Keeps what a session answers, with the position that the answer waits for.
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
class test_client {
public:
  test_client(actors::session_actor session, std::shared_ptr<answer_box> box)
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

class room_fixture {
public:
  explicit room_fixture(actors::recovered from = {}, actors::room_limits limits = {},
                        actors::backend_maker make_backend = no_backends)
      : system_(configure(config_)),
        scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {
    store_ = persistence::store::open({}, {.level = persistence::durability::memory}).value();
    persistence::journal_options o;
    o.inline_mode = true;
    o.now = [this] { return now_; };
    persistence::journal_callbacks c;
    c.on_durable = [this](engine::position position) { room_->durable.reached(position); };
    c.on_snapshot_wanted = [this](std::uint32_t q) { tell_snapshot_wanted(*room_, q); };
    c.on_rows_written = [this](std::uint32_t q, std::uint64_t piece) {
      tell_piece_written(*room_, q, piece);
    };
    journal_ = persistence::journal::open(*store_, o, c).value();
    history_ = std::make_unique<persistence::history_reader>(
        *store_, persistence::history_reader_options{.inline_mode = true});
    room_ = std::make_shared<actors::room>(
        *journal_, *history_, from.start + 1,
        actors::room_clock{engine::from_us(1'000'000'000'000'000), system_.clock().now()},
        from.settings, std::size_t{1} << 30);
    room_->limits = limits;
    spawn_actors(system_, room_, std::move(from), std::move(make_backend));
    run();
  }

  ~room_fixture() {
    for (auto& client : clients_)
      client->close();
    run();
    clients_.clear();
    kill_actors(*room_);
    run();
    scheduler_.clock().cancel_all(); // or the coordinator fires re-armed timers for ever
    journal_->stop();
    history_->stop();
    room_->executors.clear();
  }

  test_client& connect() {
    auto box = std::make_shared<answer_box>();
    clients_.push_back(std::make_unique<test_client>(spawn_session(system_, room_, box), box));
    return *clients_.back();
  }

  /// Messages, commits and history until nothing is left; time stands still.
  void run() {
    do
      while (scheduler_.run() > 0) {
      }
    while (journal_->pump() || history_->pump());
  }
  /// Messages only: what is appended stays uncommitted.
  void run_messages() {
    while (scheduler_.run() > 0) {
    }
  }
  /// One actor's turn: who has had a message longest.
  void run_one() { scheduler_.run_once(); }
  /// Time in small steps, so that timers fire in their order.
  void advance(std::chrono::milliseconds total,
               std::chrono::milliseconds step = std::chrono::milliseconds{10}) {
    for (std::chrono::milliseconds t{0}; t < total; t += step) {
      now_ += step;
      scheduler_.advance_time(step);
      run();
    }
  }

  /// Sends, runs, and takes the answer, which must be of this kind.
  template <class Reply>
  Reply ask(test_client& client, actors::command what) {
    const auto request = client.send(std::move(what));
    run();
    const auto* reply = client.reply<Reply>(request);
    if (!reply)
      throw std::runtime_error("no such reply");
    return *reply;
  }

  actors::room& room() { return *room_; }
  engine::time_point now() { return room_->clock.at(system_.clock().now()); }
  persistence::journal& journal() { return *journal_; }
  persistence::store& store() { return *store_; }

private:
  static boost::system::result<actors::executor_backend, std::string>
  no_backends(const std::string&, const engine::executor_settings&) {
    return std::string("there are none here");
  }
  static caf::actor_system_config& configure(caf::actor_system_config& config) {
    config.set("scheduler.policy", caf::atom("testing"));
    return config;
  }

  std::chrono::steady_clock::time_point now_{};
  std::unique_ptr<persistence::store> store_;
  std::unique_ptr<persistence::journal> journal_;
  std::unique_ptr<persistence::history_reader> history_;
  actors::room_ptr room_;
  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  std::vector<std::unique_ptr<test_client>> clients_;
};

// -- commands in short ------------------------------------------------------------------------------

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
    item.lease = lease.id;
    item.lease_text = to_text(lease.id);
    item.how.succeeded = succeeded;
    out.items.push_back(std::move(item));
  }
  return out;
}

inline actors::job_ref ref(engine::job_id id) { return {id, to_text(id)}; }

} // namespace rota::tests
