// Base of requests about selected jobs. If selected by ids, each queue gets its jobs, and history
// gets the rest.
#pragma once
#include "actors/session/requests/history_lookup.hpp"
#include "actors/session/requests/request.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rota::actors {

/// If selected by ids, it counts open parts: one for each queue, and one for each job that no queue
/// has.
class selection_request : public request {
public:
  selection_request(session_pointer self, std::uint64_t number, job_selection which)
      : request(self, number), which_(std::move(which)) {}

protected:
  /// Sends each queue a `Part` with its jobs, and looks up the jobs of retired queues. Invalid ids
  /// are added to `unknown`.
  template <class Part>
  void send_ids(const std::vector<job_ref>& ids, std::vector<std::string>& unknown) {
    open_ = 1;
    for (auto& [queue, jobs] : by_queue(ids, unknown)) {
      auto part = make_part<Part>();
      part.jobs = jobs;
      ++open_;
      if (!send_to_queue(queue, std::move(part))) {
        for (const auto job : jobs)
          look_up({queue, job});
        close_one();
      }
    }
    close_one();
  }

  /// Looks up an ended job that has left memory. History answers for each job separately; the
  /// answer is empty if no such job existed.
  void look_up(engine::job_id id) {
    ++open_;
    looked_up_.push_back(id);
    auto part = make_part<part_of>(static_cast<std::uint32_t>(looked_up_.size() - 1));
    look_up_history(shared(), part, id);
  }
  /// Returns the job that history's answer to `part` is about.
  engine::job_id looked_up(std::uint32_t part) const { return looked_up_[part]; }

  /// Counts an answer of a queue or history that needs no further part.
  void close_one() {
    if (--open_ == 0)
      all_closed();
  }
  virtual void all_closed() = 0;

  const job_selection which_;
  /// If selected by a filter: jobs that it may still affect, and the current queue.
  std::size_t remaining_ = which_.limit;
  engine::queue_number queue_;

private:
  using ids_by_queue = std::map<engine::queue_number, std::vector<engine::serial>>;

  static ids_by_queue by_queue(const std::vector<job_ref>& ids, std::vector<std::string>& unknown) {
    ids_by_queue out;
    for (const auto& job : ids) {
      if (job.id)
        out[job.id->queue].push_back(job.id->number);
      else
        unknown.push_back(job.unknown);
    }
    return out;
  }

  std::vector<engine::job_id> looked_up_;
  std::size_t open_ = 0;
};

} // namespace rota::actors
