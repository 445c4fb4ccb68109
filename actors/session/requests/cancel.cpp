// job.cancel and job.retry: by ids, or queue by queue for a filter.
#include "actors/session/requests/selection_request.hpp"

#include <algorithm>

namespace rota::actors {
namespace {

void append(std::vector<std::string>& to, std::vector<std::string>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// -- cancel ---------------------------------------------------------------------------------------

class cancel_request final : public selection_request {
public:
  using selection_request::selection_request;

  void start() override {
    which_.ids ? send_ids<cancel_part>(*which_.ids, reply_.not_found) : next_queue();
  }

private:
  void on_answer(answer& a) override {
    handle(
        a, [&](cancelled_jobs& jobs) { on_cancelled(jobs); },
        [&](history_records& ended) { on_history(looked_up(a.part), ended); });
  }

  void on_cancelled(cancelled_jobs& jobs) {
    remaining_ -= std::min(remaining_, jobs.cancelled.size() + jobs.cancelling.size());
    append(reply_.cancelled, jobs.cancelled);
    append(reply_.cancelling, jobs.cancelling);
    append(reply_.wrong_state, jobs.wrong_state);
    reply_.more = reply_.more || jobs.more;
    if (!which_.ids)
      return next_queue();
    for (const auto& id : jobs.unknown)
      look_up(id);
    close_one();
  }

  void on_history(engine::job_id id, const history_records& ended) {
    (ended.records.empty() ? reply_.not_found : reply_.wrong_state).push_back(to_text(id));
    close_one();
  }

  void all_closed() override { finish(std::move(reply_)); }

  void next_queue() {
    while (remaining_ > 0) {
      const auto page = shared().queues.page(which_.filter, queue_, 1);
      if (page.empty())
        return finish(std::move(reply_));
      queue_ = page.front();
      auto part = make_part<cancel_part>();
      part.all = true;
      part.limit = remaining_;
      if (send_to_queue(queue_, std::move(part)))
        return;
    }
    reply_.more = reply_.more || !shared().queues.page(which_.filter, queue_, 1).empty();
    finish(std::move(reply_));
  }

  cancel_reply reply_;
};

// -- retry ----------------------------------------------------------------------------------------

class retry_request final : public selection_request {
public:
  using selection_request::selection_request;

  void start() override {
    which_.ids ? send_ids<revive_part>(*which_.ids, reply_.not_found) : next_queue();
  }

private:
  void on_answer(answer& a) override {
    handle(
        a, [&](revived_jobs& jobs) { on_revived(jobs); },
        [&](history_records& ended) {
          which_.ids ? on_history(looked_up(a.part), ended) : revive_page(ended);
        },
        [&](queues_opened&) { on_queues_opened(); });
  }

  void on_revived(revived_jobs& jobs) {
    remaining_ -= std::min(remaining_, jobs.revived.size());
    append(reply_.retried, jobs.revived);
    if (!which_.ids) {
      reply_.more = reply_.more || jobs.more;
      return after_revival();
    }
    append(reply_.wrong_state, jobs.wrong_state);
    for (const auto& id : jobs.unknown)
      look_up(id);
    close_one();
  }

  void on_history(engine::job_id id, history_records& ended) {
    if (ended.records.empty()) {
      reply_.not_found.push_back(to_text(id));
      return close_one();
    }
    revive_records(id.queue, std::move(ended.records));
  }

  void on_queues_opened() {
    auto waiting = std::exchange(waiting_for_queues_, {});
    for (auto& [queue, records] : waiting)
      revive_records(queue, std::move(records));
  }

  void all_closed() override { finish(std::move(reply_)); }

  /// The queue may have retired since: then the directory opens it first.
  void revive_records(engine::queue_number queue, std::vector<engine::job_record> records) {
    auto part = make_part<revive_part>();
    part.records = std::move(records);
    if (shared().queues.send_to(queue,
                                [&](const queue_actor& actor) { send(actor, std::move(part)); }))
      return;
    const auto name = shared().queues.name_of(queue);
    auto open = make_part<open_queues>();
    open.names.push_back({name->type, name->tenant});
    waiting_for_queues_.emplace_back(queue, std::move(part.records));
    send(shared().directory, std::move(open));
  }

  // A filter visits the queues in order: first the jobs in memory, then pages of history.

  void next_queue() {
    const auto page = shared().queues.page(which_.filter, queue_, 1);
    if (page.empty() || remaining_ == 0) {
      reply_.more = reply_.more || !page.empty();
      return finish(std::move(reply_));
    }
    queue_ = page.front();
    history_after_ = {};
    in_history_ = false;
    auto part = make_part<revive_part>();
    part.all = true;
    part.limit = remaining_;
    if (!send_to_queue(queue_, std::move(part)))
      next_history_page();
  }

  void after_revival() {
    if (remaining_ == 0 && reply_.more)
      return finish(std::move(reply_));
    if (in_history_ && !history_more_)
      return next_queue();
    next_history_page();
  }

  void next_history_page() {
    in_history_ = true;
    list_history(
        shared(), make_part<part_of>(), queue_,
        [](engine::job_state state) { return state != engine::job_state::succeeded; },
        history_after_, std::max<std::size_t>(remaining_, 1));
  }

  void revive_page(history_records& page) {
    history_more_ = page.more;
    history_after_ = page.scanned_to;
    if (page.records.empty())
      return history_more_ ? next_history_page() : next_queue();
    if (remaining_ == 0) {
      reply_.more = true;
      return finish(std::move(reply_));
    }
    revive_records(queue_, std::move(page.records));
  }

  retry_reply reply_;
  engine::serial history_after_;
  bool in_history_ = false;
  bool history_more_ = false;
  std::vector<std::pair<engine::queue_number, std::vector<engine::job_record>>> waiting_for_queues_;
};

} // namespace

request_ptr make_request(session_pointer self, std::uint64_t number, cancel_command what) {
  return std::make_unique<cancel_request>(self, number, std::move(what.which));
}
request_ptr make_request(session_pointer self, std::uint64_t number, retry_command what) {
  return std::make_unique<retry_request>(self, number, std::move(what.which));
}

} // namespace rota::actors
