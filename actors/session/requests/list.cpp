// job.list and queue.list: page by page, queue by queue, reading no more than one answer needs.
#include "actors/session/requests/history_lookup.hpp"
#include "actors/session/requests/request.hpp"

#include <charconv>

namespace rota::actors {
namespace {

refusal bad_cursor() {
  auto r = refused(refusal::kind::invalid, "is not a valid cursor");
  r.path = "/cursor";
  return r;
}

// -- job.list -------------------------------------------------------------------------------------

/// A page continues after the job that the cursor names. A queue's jobs in memory and in history
/// are two streams ordered by serial; they are merged, and memory wins.
class list_request final : public command_request<list_command> {
public:
  using command_request::command_request;

  void start() override {
    if (!what_.cursor.empty()) {
      resume_ = engine::job_id_from(what_.cursor);
      if (!resume_)
        return finish(bad_cursor());
      queue_ = {std::max(resume_->queue.value, 1U) - 1}; // page() excludes this number
    }
    next_queue();
  }

private:
  void on_answer(answer& a) override {
    handle(
        a, [&](listed_jobs& live) { memory_ = std::move(live); },
        [&](history_records& past) { history_ = std::move(past); });
    merge_if_complete();
  }

  void next_queue() {
    const auto page = shared().queues.page(what_.filter, queue_, 1);
    if (page.empty())
      return finish(std::move(reply_));
    queue_ = page.front();
    after_ = resume_ && resume_->queue == queue_ ? resume_->number : engine::serial{};
    ask_queue();
  }

  /// Few at first; then as many as fit the answer at the average size so far.
  std::size_t wanted() const {
    constexpr std::size_t at_first = 16;
    const auto remaining = what_.limit - reply_.jobs.size();
    if (reply_.jobs.empty())
      return std::min(remaining, at_first);
    const auto mean = bytes_ / reply_.jobs.size() + 1;
    const auto free = shared().limits.answer_bytes - bytes_;
    return std::clamp<std::size_t>(free / mean, 1, remaining);
  }

  void ask_queue() {
    const auto wanted = this->wanted();
    memory_.reset();
    history_.reset();
    auto part = make_part<list_part>();
    part.state = what_.state;
    part.after = after_;
    part.limit = wanted;
    if (!send_to_queue(queue_, std::move(part)))
      memory_.emplace();
    if (!what_.state || engine::has_ended(*what_.state))
      list_history(
          shared(), make_part<part_of>(), queue_,
          [wanted = what_.state](engine::job_state state) { return !wanted || state == *wanted; },
          after_, wanted);
    else
      history_.emplace();
    merge_if_complete();
  }

  void merge_if_complete() {
    if (!memory_ || !history_)
      return;
    const bool more = merge();
    if (!full())
      return more ? ask_queue() : next_queue();
    if (more || !shared().queues.page(what_.filter, queue_, 1).empty())
      reply_.cursor = to_text(reply_.jobs.back().id);
    finish(std::move(reply_));
  }

  bool full() const {
    return reply_.jobs.size() == what_.limit || bytes_ >= shared().limits.answer_bytes;
  }

  void add(job_view job) {
    const auto& r = job.record;
    bytes_ += r.spec.payload.size() + (r.result ? r.result->size() : 0) +
              (r.checkpoint ? r.checkpoint->size() : 0);
    reply_.jobs.push_back(std::move(job));
  }

  /// Takes the smallest serials of both streams, each job once. A stream with `more` is known only
  /// up to some serial, and nothing beyond it may be taken from the other one. Returns whether the
  /// queue has more.
  bool merge() {
    auto& live = memory_->jobs;
    auto& past = history_->records;
    constexpr engine::serial end{~std::uint64_t{0}};
    const auto known = std::min(memory_->more ? live.back().id.number : end,
                                history_->more ? history_->scanned_to : end);
    std::size_t a = 0, b = 0;
    while (!full() && (a < live.size() || b < past.size())) {
      const bool from_memory =
          b == past.size() || (a < live.size() && live[a].id.number <= past[b].number);
      const auto number = from_memory ? live[a].id.number : past[b].number;
      if (number > known)
        break;
      if (from_memory && b < past.size() && past[b].number == number)
        ++b;
      add(from_memory ? std::move(live[a++])
                      : view_of_ended(shared(), queue_, std::move(past[b++])));
    }
    after_ = known;
    return a < live.size() || b < past.size() || memory_->more || history_->more;
  }

  list_reply reply_;
  std::size_t bytes_ = 0; ///< Payloads, results and checkpoints in the reply.
  engine::queue_number queue_;
  engine::serial after_;
  std::optional<engine::job_id> resume_; ///< The job that the cursor names.
  std::optional<listed_jobs> memory_;
  std::optional<history_records> history_;
};

// -- queue.list -----------------------------------------------------------------------------------

/// The cursor is the number of the last queue. Queues that have retired are empty and left out.
class queues_request final : public command_request<list_queues_command> {
public:
  using command_request::command_request;

  void start() override {
    const auto& text = what_.cursor;
    if (!text.empty()) {
      const auto [end, error] =
          std::from_chars(text.data(), text.data() + text.size(), after_.value);
      if (error != std::errc{} || end != text.data() + text.size())
        return finish(bad_cursor());
    }
    collect();
  }

private:
  void on_answer(answer& a) override {
    handle(a, [&](queue_view& counted) { reply_.queues[a.part] = std::move(counted); });
    if (--open_ == 0)
      finish(std::move(reply_));
  }

  void collect() {
    while (reply_.queues.size() < what_.limit) {
      const auto page =
          shared().queues.page(what_.filter, after_, what_.limit - reply_.queues.size());
      if (page.empty())
        break;
      for (const auto queue : page)
        ask(queue);
      after_ = page.back();
    }
    if (reply_.queues.size() == what_.limit &&
        !shared().queues.page(what_.filter, after_, 1).empty())
      reply_.cursor = std::to_string(after_.value);
    if (open_ == 0)
      finish(std::move(reply_));
  }

  void ask(engine::queue_number queue) {
    if (send_to_queue(queue,
                      make_part<count_part>(static_cast<std::uint32_t>(reply_.queues.size())))) {
      reply_.queues.emplace_back();
      ++open_;
    }
  }

  list_queues_reply reply_;
  engine::queue_number after_;
  std::size_t open_ = 0;
};

} // namespace

request_ptr make_request(session_pointer self, std::uint64_t number, list_command what) {
  return std::make_unique<list_request>(self, number, std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, list_queues_command what) {
  return std::make_unique<queues_request>(self, number, std::move(what));
}

} // namespace rota::actors
