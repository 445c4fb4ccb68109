#include "actors/session/requests/request.hpp"

#include <unordered_map>

namespace rota::actors {
namespace {

/// job.push: reserves admission for all jobs, then sends each queue its jobs; all or none are
/// accepted.
class push_request final : public request {
public:
  push_request(session_pointer self, std::uint64_t number, push_command what)
      : request(self, number), jobs_(std::move(what.jobs)) {}

  void start() override {
    if (jobs_.empty())
      return finish(std::move(reply_));
    if (const auto oversized = first_oversized())
      return finish(refusal_of_oversized(*oversized));
    if (auto refused = reserve_all())
      return finish(std::move(*refused));
    reply_.jobs.resize(jobs_.size());
    group_by_queue();
    send_groups();
  }

private:
  void on_answer(answer& a) override {
    handle(
        a, [&](queues_opened&) { send_groups(); },
        [&](pushed_jobs& pushed) { on_pushed(a.part, pushed); });
  }

  void on_pushed(std::uint32_t group, const pushed_jobs& pushed) {
    const auto& indices = groups_[group].indices;
    for (std::size_t i = 0; i < indices.size(); ++i)
      reply_.jobs[indices[i]] = pushed.jobs[i];
    if (++answered_ == groups_.size())
      finish(std::move(reply_));
  }

  struct group {
    const push_item* first = nullptr; ///< Names type and tenant of the group.
    std::vector<std::size_t> indices;
    bool sent = false;
  };

  std::optional<std::size_t> first_oversized() const {
    const std::string* type = nullptr;
    std::optional<engine::micro> slots;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      if (!type || *type != jobs_[i].type) {
        type = &jobs_[i].type;
        slots = shared().board.slots_for(*type);
      }
      if (slots && jobs_[i].spec.options.slots > *slots)
        return i;
    }
    return std::nullopt;
  }

  refusal refusal_of_oversized(std::size_t index) const {
    auto r = refused(refusal::kind::too_large,
                     "the job needs more slots than its pool has and could never run");
    r.path = "/jobs/" + std::to_string(index) + "/slots";
    return r;
  }

  /// Reserves admission for each tenant's jobs, or for none at all.
  std::optional<refusal> reserve_all() {
    struct need {
      std::size_t jobs = 0;
      std::size_t bytes = 0;
    };
    std::unordered_map<std::string_view, need> needs;
    for (const auto& job : jobs_) {
      auto& need = needs[job.tenant];
      ++need.jobs;
      need.bytes += job.spec.payload.size();
    }
    std::vector<std::pair<std::string, need>> taken;
    for (const auto& [tenant, need] : needs) {
      std::string name{tenant};
      const auto verdict = shared().admission.reserve(name, shared().board.max_queued_of(name),
                                                      need.jobs, need.bytes);
      if (verdict != admission::verdict::admitted) {
        for (const auto& [other, back] : taken)
          shared().admission.adjust(other, -static_cast<std::int64_t>(back.jobs),
                                    -static_cast<std::int64_t>(back.bytes));
        return refusal_of_full(verdict, name);
      }
      taken.emplace_back(std::move(name), need);
    }
    return std::nullopt;
  }

  /// The time until work ends is unknown; a second is short for people and long for a daemon.
  static refusal refusal_of_full(admission::verdict verdict, const std::string& tenant) {
    const bool own = verdict == admission::verdict::tenant_full;
    auto r = refused(
        refusal::kind::queue_full,
        own ? "the tenant has reached max_queued; no job of the request was accepted"
            : "the server has reached max_waiting_bytes; no job of the request was accepted");
    r.tenant = tenant;
    r.retry_after = engine::milliseconds{1000};
    return r;
  }

  void group_by_queue() {
    std::unordered_map<std::string, std::size_t> index;
    std::string name;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      const auto& job = jobs_[i];
      if (!groups_.empty() && groups_.back().first->type == job.type &&
          groups_.back().first->tenant == job.tenant) {
        groups_.back().indices.push_back(i);
        continue;
      }
      name.assign(job.type).append(1, '\0').append(job.tenant);
      const auto [found, fresh] = index.try_emplace(name, groups_.size());
      if (fresh)
        groups_.push_back({&job, {}, false});
      groups_[found->second].indices.push_back(i);
    }
  }

  /// Sends the groups whose queues are open; the directory first opens the others.
  void send_groups() {
    auto missing = make_part<open_queues>();
    for (std::size_t g = 0; g < groups_.size(); ++g)
      if (!groups_[g].sent && !send_group(g))
        missing.names.push_back({groups_[g].first->type, groups_[g].first->tenant});
    if (!missing.names.empty())
      send(shared().directory, std::move(missing));
  }

  bool send_group(std::size_t g) {
    auto& group = groups_[g];
    group.sent = shared().queues.send_to(group.first->type, group.first->tenant,
                                         [&](const queue_actor& queue, engine::queue_number) {
                                           auto part =
                                               make_part<push_part>(static_cast<std::uint32_t>(g));
                                           part.jobs.reserve(group.indices.size());
                                           for (const auto i : group.indices)
                                             part.jobs.push_back(std::move(jobs_[i].spec));
                                           send(queue, std::move(part));
                                         });
    return group.sent;
  }

  std::vector<push_item> jobs_;
  std::vector<group> groups_;
  push_reply reply_;
  std::size_t answered_ = 0;
};

} // namespace

request_ptr make_request(session_pointer self, std::uint64_t number, push_command what) {
  return std::make_unique<push_request>(self, number, std::move(what));
}

} // namespace rota::actors
