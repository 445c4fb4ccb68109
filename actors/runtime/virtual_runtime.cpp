#include "actors/runtime/virtual_runtime.hpp"

#include "actors/session/session_actor.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace rota::actors {
namespace {

caf::actor_system_config& configured(caf::actor_system_config& config) {
  config.set("scheduler.policy", caf::atom("testing"));
  return config;
}

boost::system::result<executor_backend, std::string> no_backends(const std::string&,
                                                                 const engine::executor_settings&) {
  return std::string("there are none here");
}

} // namespace

virtual_runtime::virtual_runtime(persistence::store& store, virtual_runtime_options options)
    : store_(store),
      system_(configured(config_)),
      scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {
  open_journal(options.snapshot_after);
  history_ = std::make_unique<persistence::history_reader>(
      store_, persistence::history_reader_options{.inline_mode = true});
  shared_ =
      std::make_shared<actors::shared_state>(*journal_, *history_, options.from.start + 1,
                                             engine_clock{options.begin, system_.clock().now()},
                                             options.from.settings, std::size_t{1} << 30);
  shared_->limits = options.limits;
  shared_->durable.reached(store_.last_position());
  spawn_actors(system_, shared_, std::move(options.from),
               options.make_backend ? std::move(options.make_backend) : no_backends,
               options.make_arbiter);
  watch_actors();
  run();
}

void virtual_runtime::open_journal(std::chrono::milliseconds snapshot_after) {
  persistence::journal_options o;
  o.inline_mode = true;
  o.snapshot_after = snapshot_after;
  o.now = [this] { return scheduler_.clock().now(); };
  o.wall_now_us = [this] { return engine::to_us(now()); };
  journal_ = persistence::journal::open(store_, std::move(o), callbacks_for(shared_)).value();
}

void virtual_runtime::watch_actors() {
  const auto watch = [this](const auto& actor, const char* name) {
    actor->attach_functor([this, name] {
      if (!ended_)
        failed_actor_ = name;
    });
  };
  watch(shared_->arbiter, "arbiter");
  watch(shared_->directory, "directory");
  watch(shared_->timer, "timer");
}

virtual_runtime::~virtual_runtime() {
  if (!ended_) {
    end_sessions();
    end_actors();
  }
  journal_->stop();
  history_->stop();
  shared_->executors.clear();
}

void virtual_runtime::end_sessions() {
  for (auto& session : sessions_)
    caf::anon_send(session, connection_closed{});
  run();
  sessions_.clear();
}

void virtual_runtime::end_actors() {
  ended_ = true;
  kill_actors(*shared_);
  run_messages();
  scheduler_.clock().cancel_all(); // otherwise the coordinator fires re-armed timers forever
}

void virtual_runtime::crash() {
  for (auto& session : sessions_)
    caf::anon_send_exit(session, caf::exit_reason::kill);
  sessions_.clear();
  end_actors();
}

session_actor virtual_runtime::connect(std::shared_ptr<answer_sink> sink) {
  return sessions_.emplace_back(spawn_session(system_, shared_, std::move(sink)));
}

void virtual_runtime::run() {
  do
    run_messages();
  while (journal_->pump() || history_->pump());
  if (!failed_actor_.empty())
    throw std::runtime_error("the " + failed_actor_ + " has died of an exception");
}

void virtual_runtime::run_messages(std::size_t most) {
  for (std::size_t done = 1; done > 0 && most > 0; most -= done)
    done = scheduler_.run(most);
}

void virtual_runtime::advance(engine::duration by) { scheduler_.advance_time(by); }

engine::time_point virtual_runtime::now() { return shared_->clock.at(scheduler_.clock().now()); }

engine::time_point virtual_runtime::next_timer() {
  const auto& schedule = scheduler_.clock().schedule();
  return schedule.empty() ? engine::never : shared_->clock.at(schedule.begin()->first);
}

} // namespace rota::actors
