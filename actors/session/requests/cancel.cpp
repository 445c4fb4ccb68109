// job.cancel and job.retry: by ids, or queue after queue for a filter.
#include "actors/session/requests/ids_request.hpp"

#include <algorithm>

namespace rota::actors {
namespace {

void append(std::vector<std::string>& to, std::vector<std::string>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// -- cancel -------------------------------------------------------------------------------------------

class cancel_request final : public ids_request {
public:
  cancel_request(session_pointer self, std::uint64_t number, cancel_command what)
      : ids_request(self, number), which_(std::move(what.which)) {}

  void start() override {
    which_.ids ? send_ids<cancel_part>(*which_.ids, reply_.not_found) : next_queue();
  }

  void on(cancelled_part& answer) override {
    depends_on(answer.position);
    left_ -= std::min(left_, answer.cancelled.size() + answer.cancelling.size());
    append(reply_.cancelled, answer.cancelled);
    append(reply_.cancelling, answer.cancelling);
    append(reply_.wrong_state, answer.wrong_state);
    reply_.more = reply_.more || answer.more;
    if (!which_.ids)
      return next_queue();
    for (const auto& id : answer.unknown)
      look_up(id);
    close_one();
  }

  void on(history_part& answer) override {
    const auto id = looked_up(answer);
    (answer.records.empty() ? reply_.not_found : reply_.wrong_state).push_back(to_text(id));
    close_one();
  }

private:
  void all_closed() override { finish(std::move(reply_)); }

  void next_queue() {
    while (left_ > 0) {
      const auto page = shared().queues.page(which_.filter, queue_, 1);
      if (page.empty())
        return finish(std::move(reply_));
      queue_ = page.front();
      auto part = part_for_me<cancel_part>();
      part.all = true;
      part.limit = left_;
      if (send_to_queue(queue_, std::move(part)))
        return;
    }
    reply_.more = reply_.more || !shared().queues.page(which_.filter, queue_, 1).empty();
    finish(std::move(reply_));
  }

  job_selection which_;
  cancel_reply reply_;
  std::size_t left_ = which_.limit;
  engine::queue_number queue_;
};

// -- retry --------------------------------------------------------------------------------------------

class retry_request final : public ids_request {
public:
  retry_request(session_pointer self, std::uint64_t number, retry_command what)
      : ids_request(self, number), which_(std::move(what.which)) {}

  void start() override {
    which_.ids ? send_ids<revive_part>(*which_.ids, reply_.not_found) : next_queue();
  }

  void on(revived_part& answer) override {
    depends_on(answer.position);
    left_ -= std::min(left_, answer.revived.size());
    append(reply_.retried, answer.revived);
    if (!which_.ids) {
      reply_.more = reply_.more || answer.more;
      return after_revival();
    }
    append(reply_.wrong_state, answer.wrong_state);
    for (const auto& id : answer.unknown)
      look_up(id);
    close_one();
  }

  void on(history_part& answer) override {
    if (!which_.ids)
      return revive_page(answer);
    const auto id = looked_up(answer);
    if (answer.records.empty()) {
      reply_.not_found.push_back(to_text(id));
      return close_one();
    }
    revive_records(id.queue, std::move(answer.records));
  }

  void on(queues_opened&) override {
    auto waiting = std::exchange(waiting_for_queues_, {});
    for (auto& [queue, records] : waiting)
      revive_records(queue, std::move(records));
  }

private:
  void all_closed() override { finish(std::move(reply_)); }

  /// Its queue may have retired since: then the directory opens it first.
  void revive_records(engine::queue_number queue, std::vector<engine::job_record> records) {
    auto part = part_for_me<revive_part>();
    part.records = std::move(records);
    if (shared().queues.send_to(queue,
                                [&](const queue_actor& actor) { send(actor, std::move(part)); }))
      return;
    const auto who = shared().queues.name_of(queue);
    auto open = part_for_me<open_queues>();
    open.names.push_back({who->type, who->tenant});
    waiting_for_queues_.emplace_back(queue, std::move(part.records));
    send(shared().directory, std::move(open));
  }

  // A filter goes through the queues in order: first what is in memory, then pages of history.

  void next_queue() {
    const auto page = shared().queues.page(which_.filter, queue_, 1);
    if (page.empty() || left_ == 0) {
      reply_.more = reply_.more || !page.empty();
      return finish(std::move(reply_));
    }
    queue_ = page.front();
    history_after_ = {};
    in_history_ = false;
    auto part = part_for_me<revive_part>();
    part.all = true;
    part.limit = left_;
    if (!send_to_queue(queue_, std::move(part)))
      next_history_page();
  }

  void after_revival() {
    if (left_ == 0 && reply_.more)
      return finish(std::move(reply_));
    if (in_history_ && !history_more_)
      return next_queue();
    next_history_page();
  }

  void next_history_page() {
    in_history_ = true;
    list_history(shared(), part_for_me<part_of>(), queue_, ended_jobs::dead, history_after_,
                 std::max<std::size_t>(left_, 1));
  }

  void revive_page(history_part& page) {
    history_more_ = page.more;
    history_after_ = page.scanned_to;
    if (page.records.empty())
      return history_more_ ? next_history_page() : next_queue();
    if (left_ == 0) {
      reply_.more = true;
      return finish(std::move(reply_));
    }
    revive_records(queue_, std::move(page.records));
  }

  job_selection which_;
  retry_reply reply_;
  std::size_t left_ = which_.limit;
  engine::queue_number queue_;
  engine::serial history_after_;
  bool in_history_ = false;
  bool history_more_ = false;
  std::vector<std::pair<engine::queue_number, std::vector<engine::job_record>>> waiting_for_queues_;
};

} // namespace

request_ptr make_request(session_pointer self, std::uint64_t number, cancel_command what) {
  return std::make_unique<cancel_request>(self, number, std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, retry_command what) {
  return std::make_unique<retry_request>(self, number, std::move(what));
}

} // namespace rota::actors
