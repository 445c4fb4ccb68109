// job.get, job.explain and job.output: the queue has the job, history the jobs that have left
// memory, the arbiter estimates when a ready job is dispatched.
#include "actors/session/requests/history_lookup.hpp"
#include "actors/session/requests/request.hpp"

#include <caf/send.hpp>

namespace rota::actors {
namespace {

refusal job_not_found(const std::string& text) {
  return refused(refusal::kind::not_found, "unknown job " + text);
}

/// Finds one job wherever it is and calls found(), for a ready job with the arbiter's estimate.
class find_request : public request {
public:
  find_request(session_pointer self, std::uint64_t number, job_ref job)
      : request(self, number), job_(std::move(job)) {}

  void start() override {
    if (!job_.id)
      return finish(job_not_found(job_.text()));
    auto part = make_part<find_part>();
    part.job = job_.id->number;
    if (!send_to_queue(job_.id->queue, std::move(part)))
      look_up_history(shared(), make_part<part_of>(), *job_.id);
  }

protected:
  /// `rank` is null unless the job is ready.
  virtual void found(job_view& job, const ranked_job* rank) = 0;

private:
  void on_answer(answer& a) override {
    handle(
        a, [&](found_job& in_memory) { on_found(in_memory); },
        [&](ranked_job& rank) { on_ranked(rank); },
        [&](history_records& ended) { on_history(ended); });
  }

  void on_found(found_job& in_memory) {
    if (!in_memory.job)
      return look_up_history(shared(), make_part<part_of>(), *job_.id);
    job_found_ = std::move(*in_memory.job);
    if (!in_memory.lane || !job_found_.position)
      return found(job_found_, nullptr);
    auto part = make_part<rank_part>();
    part.queue = job_.id->queue;
    part.lane = *in_memory.lane;
    part.position = *job_found_.position;
    send(shared().arbiter, std::move(part));
  }

  void on_ranked(const ranked_job& rank) {
    job_found_.global_position = rank.global_position;
    found(job_found_, &rank);
  }

  void on_history(history_records& ended) {
    if (ended.records.empty())
      return finish(job_not_found(job_.text()));
    job_found_ = view_of_ended(shared(), job_.id->queue, std::move(ended.records.front()));
    found(job_found_, nullptr);
  }

  job_ref job_;
  job_view job_found_;
};

class get_request final : public find_request {
public:
  using find_request::find_request;

private:
  void found(job_view& job, const ranked_job*) override { finish(std::move(job)); }
};

class explain_request final : public find_request {
public:
  using find_request::find_request;

private:
  void found(job_view& job, const ranked_job* rank) override {
    const auto& record = job.record;
    explain_reply reply{record.state, {}, {}, {}};
    if (engine::has_ended(record.state)) {
      reply.reason = "ended";
      reply.detail = end_of(record);
    } else if (engine::is_in_flight(record.state)) {
      reply.reason = to_text(record.state);
      reply.detail = record.cancel_requested
                         ? "cancellation was requested and waits for the attempt to end"
                         : "an attempt of the job is in progress";
    } else if (record.state == engine::job_state::delayed) {
      explain_delay(record, reply);
    } else if (rank) {
      explain_wait(job, *rank, reply);
    }
    finish(std::move(reply));
  }

  static std::string end_of(const engine::job_record& record) {
    std::string text =
        record.state == engine::job_state::cancelled ? "the job was " : "the job has ";
    text += to_text(record.state);
    if (record.error)
      text += ": " + record.error->message;
    return text;
  }

  /// Adds that no executor asks for the job; earlier reasons are the arbiter's.
  void explain_wait(const job_view& job, const ranked_job& rank, explain_reply& reply) {
    const auto& why = rank.why;
    const bool executor_missing = !job.executor.empty() && !shared().executors.find(job.executor);
    if (executor_missing && why.reason >= engine::wait_reason::no_worker) {
      reply.reason = to_text(engine::wait_reason::no_worker);
      reply.detail = "unknown executor " + job.executor;
      return;
    }
    reply.reason = to_text(why.reason);
    reply.detail = why.detail;
    if (!executor_missing)
      reply.start = rank.start;
  }

  static void explain_delay(const engine::job_record& record, explain_reply& reply) {
    switch (record.delayed_by) {
    case engine::delay_reason::backing_off:
      reply.reason = "backing_off";
      reply.detail = "the last try failed; the next one is due at ready_at";
      break;
    case engine::delay_reason::deferred:
      reply.reason = "deferred";
      reply.detail = "the work was not ready; the next poll is due at ready_at";
      break;
    case engine::delay_reason::none:
    case engine::delay_reason::scheduled:
      reply.reason = "delayed";
      reply.detail = "the job was pushed for a later time";
      break;
    }
  }
};

/// Reads output from the backend on one of its executor's threads, which sends the reply.
class output_request final : public find_request {
public:
  output_request(session_pointer self, std::uint64_t number, output_command what)
      : find_request(self, number, what.job), what_(std::move(what)) {}

private:
  void found(job_view& job, const ranked_job*) override {
    const auto& execution = job.record.execution;
    if (!execution)
      return finish(
          refused(refusal::kind::not_found, "no output: the job was not run by an executor"));
    const auto found = shared().executors.find(job.record.worker);
    if (!found)
      return finish(refused(refusal::kind::not_found,
                            "no output: the executor " + job.record.worker + " no longer exists"));
    const auto& backend = found->backend;
    backend.calls->make([executor = backend.executor, what = what_, part = make_part<part_of>(),
                         name = to_text(engine::attempt_id{job.id.queue, execution->attempt})] {
      caf::anon_send(part.asker, answer_to(part, {}, read(*executor, name, what)));
    });
  }

  static reply read(executors::executor& executor, const std::string& name,
                    const output_command& what) {
    const auto stream = what.errors ? executors::output_stream::err : executors::output_stream::out;
    auto piece = executor.output(name, stream, what.offset, what.limit);
    if (!piece)
      return refused(refusal::kind::unavailable, piece.error().message);
    if (!*piece)
      return refused(
          refusal::kind::not_found,
          "no output: the attempt never started, or its executor no longer keeps the output");
    return output_reply::of(std::move((*piece)->bytes), (*piece)->at_end);
  }

  output_command what_;
};

} // namespace

request_ptr make_request(session_pointer self, std::uint64_t number, output_command what) {
  return std::make_unique<output_request>(self, number, std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, get_command what) {
  return std::make_unique<get_request>(self, number, std::move(what.job));
}
request_ptr make_request(session_pointer self, std::uint64_t number, explain_command what) {
  return std::make_unique<explain_request>(self, number, std::move(what.job));
}

} // namespace rota::actors
