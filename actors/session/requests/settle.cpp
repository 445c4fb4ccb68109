// job.complete, job.extend, job.release, job.defer: items about leases, each sent to the queue of
// its lease's id, in the order of the request.
#include "actors/session/requests/request.hpp"

#include <map>

namespace rota::actors {
namespace {

using settled_item = settled_part::item;

/// An instruction about a lease, or about one of its jobs.
struct instruction {
  std::optional<engine::attempt_id> lease; ///< Nothing: an id that Rota never made.
  std::optional<engine::serial> job;
  decltype(settle_part::item::what) what;
};

/// Makes an instruction for the lease, or for one of its jobs; none if either id is invalid.
instruction about(const lease_ref& lease, const std::optional<job_ref>& job,
                  decltype(settle_part::item::what) what) {
  if (job && !job->id)
    return {};
  return {lease.id, job ? std::optional{job->id->number} : std::nullopt, std::move(what)};
}

const lease_ref& lease_of(const lease_ref& lease) { return lease; }
const lease_ref& lease_of(const auto& item) { return item.lease; }

// -- the methods: their items, an item's instruction, and its result in the reply -----------------

auto& items_of(complete_command& what) { return what.items; }
instruction instruction_for(const complete_command&, complete_item& item) {
  return about(item.lease, item.job, settle_part::complete{std::move(item.how), {}});
}
void add_result(complete_reply& reply, std::string lease, settled_item& item) {
  reply.items.push_back(item.lost
                            ? complete_reply::lost(std::move(lease))
                            : complete_reply::settled(std::move(lease), std::move(item.jobs)));
}

auto& items_of(extend_command& what) { return what.leases; }
instruction instruction_for(const extend_command& what, const lease_ref& lease) {
  return about(lease, {}, settle_part::extend{what.lease});
}
void add_result(extend_reply& reply, std::string lease, settled_item& item) {
  if (item.lost) {
    reply.unknown.push_back(std::move(lease));
  } else if (item.all_cancelled) {
    reply.cancelled.push_back(std::move(lease));
  } else {
    for (const auto& job : item.cancelled)
      reply.cancelled_jobs.push_back({lease, job});
    reply.extended.push_back(std::move(lease));
  }
}

auto& items_of(release_command& what) { return what.leases; }
instruction instruction_for(const release_command&, const lease_ref& lease) {
  return about(lease, {}, settle_part::release{});
}
void add_result(release_reply& reply, std::string lease, settled_item& item) {
  (item.lost ? reply.unknown : reply.released).push_back(std::move(lease));
}

auto& items_of(defer_command& what) { return what.items; }
instruction instruction_for(const defer_command&, defer_item& item) {
  return about(item.lease, item.job, settle_part::defer{item.after, std::move(item.checkpoint)});
}
void add_result(defer_reply& reply, std::string lease, settled_item& item) {
  if (item.lost)
    reply.unknown.push_back(std::move(lease));
  else
    reply.deferred.push_back({std::move(lease), item.until});
}

/// Sends the items to their queues and collects the results.
template <class Command, class Reply>
class settle_request final : public command_request<Command> {
public:
  using command_request<Command>::command_request;

  void start() override {
    auto& items = items_of(this->what_);
    results_.resize(items.size());
    std::map<engine::queue_number, settle_part> parts;
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto wanted = instruction_for(this->what_, items[i]);
      results_[i].lost = true;
      if (wanted.lease)
        parts.try_emplace(wanted.lease->queue, this->template make_part<settle_part>())
            .first->second.items.push_back({static_cast<std::uint32_t>(i), wanted.lease->number,
                                            wanted.job, std::move(wanted.what)});
    }
    for (auto& [queue, part] : parts)
      if (this->send_to_queue(queue, std::move(part)))
        ++open_;
    if (open_ == 0)
      reply();
  }

private:
  void on_settled(settled_part& settled) override {
    for (auto& item : settled.items)
      results_[item.index] = std::move(item);
    if (--open_ == 0)
      reply();
  }

  void reply() {
    Reply out;
    auto& items = items_of(this->what_);
    for (std::size_t i = 0; i < items.size(); ++i)
      add_result(out, lease_of(items[i]).text(), results_[i]);
    this->finish(std::move(out));
  }

  std::vector<settled_item> results_;
  std::size_t open_ = 0;
};

} // namespace

request_ptr make_request(session_pointer self, std::uint64_t number, complete_command what) {
  return std::make_unique<settle_request<complete_command, complete_reply>>(self, number,
                                                                            std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, extend_command what) {
  return std::make_unique<settle_request<extend_command, extend_reply>>(self, number,
                                                                        std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, release_command what) {
  return std::make_unique<settle_request<release_command, release_reply>>(self, number,
                                                                          std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, defer_command what) {
  return std::make_unique<settle_request<defer_command, defer_reply>>(self, number,
                                                                      std::move(what));
}

} // namespace rota::actors
