#include "actors/session/requests/request.hpp"

#include <algorithm>

namespace rota::actors {
namespace {

/// job.pop: the arbiter grants turns, the queues hand out the jobs. Empty turns, whose jobs were
/// cancelled meanwhile, are requested again before the answer is empty. Leases beyond the answer's
/// size limit are released, uncounted and to their old place.
class pop_request final : public command_request<pop_command> {
public:
  using command_request::command_request;

  void start() override {
    wait_until_ = now() + what_.wait;
    ask();
  }

private:
  void on_lease(lease_part& granted) override {
    ++received_;
    if (granted.taken && closed())
      release(*granted.taken);
    else if (granted.taken)
      reply_.leases.push_back(std::move(*granted.taken));
    finish_if_complete();
  }

  void on_ask_done(ask_done& closed) override {
    expected_ = closed.grants;
    finish_if_complete();
  }

  void ask() {
    auto part = make_part<taker_part>();
    send(
        shared().arbiter,
        turn_ask{std::move(part),
                 {{}, engine::default_pool, what_.types, what_.leases, what_.max_jobs, wait_until_},
                 what_.worker,
                 what_.lease});
  }

  void finish_if_complete() {
    if (!expected_ || received_ < *expected_)
      return;
    if (reply_.leases.empty() && *expected_ > 0 && !closed()) {
      expected_.reset();
      received_ = 0;
      return ask();
    }
    // Attempts are numbered in the order of the arbiter's choices.
    std::ranges::sort(reply_.leases, {}, [](const lease& lease) { return lease.id.number; });
    cut();
    if (closed())
      for (const auto& lease : reply_.leases)
        release(lease);
    finish(std::move(reply_));
  }

  static std::size_t bytes_of(const lease& lease) {
    std::size_t bytes = 0;
    for (const auto& job : lease.jobs)
      bytes += job.payload.size() + (job.checkpoint ? job.checkpoint->size() : 0);
    return bytes;
  }

  /// Keeps the first leases that fit the answer.
  void cut() {
    std::size_t bytes = 0;
    const auto too_much = [&](const lease& lease) {
      bytes += bytes_of(lease);
      return bytes > shared().limits.answer_bytes && &lease != &reply_.leases.front();
    };
    const auto end = std::find_if(reply_.leases.begin(), reply_.leases.end(), too_much);
    for (auto i = end; i != reply_.leases.end(); ++i)
      release(*i);
    reply_.leases.erase(end, reply_.leases.end());
  }

  /// Releases a lease that the answer does not contain.
  void release(const lease& lease) {
    send_to_queue(lease.id.queue, settle_attempt(lease.id.number, settle_part::release{}));
  }

  engine::time_point wait_until_{};
  pop_reply reply_;
  std::optional<std::uint32_t> expected_;
  std::uint32_t received_ = 0;
};

} // namespace

request_ptr make_request(session_pointer self, std::uint64_t number, pop_command what) {
  return std::make_unique<pop_request>(self, number, std::move(what));
}

} // namespace rota::actors
