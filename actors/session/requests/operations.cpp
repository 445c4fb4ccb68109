// server.stats and events.subscribe.
#include "actors/session/requests/request.hpp"

namespace rota::actors {
namespace {

class stats_request final : public request {
public:
  using request::request;

  void start() override { send(shared().arbiter, make_part<stats_wanted>()); }

private:
  void on_answer(answer& a) override {
    handle(a, [&](pool_statistics& found) { reply_with(found); });
  }

  void reply_with(pool_statistics& found) {
    const auto count = [](std::int64_t n) {
      return static_cast<std::uint64_t>(std::max<std::int64_t>(n, 0));
    };
    const auto totals = shared().types.totals();
    stats_reply reply;
    reply.ready = count(totals.ready);
    reply.delayed = count(totals.delayed);
    reply.running = count(totals.running);
    reply.waiting_bytes = count(shared().admission.waiting_bytes());
    reply.queues = shared().queues.active();
    reply.draining = shared().draining;
    reply.pools = std::move(found.pools);
    const auto journal = shared().journal.stats();
    reply.journal = {journal.commits, journal.bytes, journal.uncut_bytes, journal.dirty_queues};
    finish(std::move(reply));
  }
};

class subscribe_request final : public command_request<subscribe_command> {
public:
  using command_request::command_request;

  void start() override {
    finish(subscribe_reply{{shared().hub.subscribe(self()->state.sink, std::move(what_))}});
  }
};

class unsubscribe_request final : public command_request<unsubscribe_command> {
public:
  using command_request::command_request;

  void start() override {
    finish(unsubscribe_reply{
        shared().hub.unsubscribe(what_.subscription.value, self()->state.sink.get())});
  }
};

} // namespace

request_ptr make_request(session_pointer self, std::uint64_t number, stats_command) {
  return std::make_unique<stats_request>(self, number);
}
request_ptr make_request(session_pointer self, std::uint64_t number, subscribe_command what) {
  return std::make_unique<subscribe_request>(self, number, std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, unsubscribe_command what) {
  return std::make_unique<unsubscribe_request>(self, number, what);
}

} // namespace rota::actors
