// The figures of the whole runtime: most are read in place, the others are requested from actors.
#include "actors/runtime/figures.hpp"

#include "actors/session/requests/request.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace rota::actors {
namespace {

/// Merges the types beyond the named ones under one name.
std::vector<engine::type_census> by_shown_name(const type_board& board,
                                               const std::vector<engine::type_census>& types) {
  std::map<std::string, engine::type_census> shown;
  for (const auto& type : types) {
    if (type.type.empty())
      continue;
    auto name = board.shown_as(type.type);
    auto [at, fresh] = shown.try_emplace(name, type);
    at->second.type = std::move(name);
    if (!fresh)
      at->second.join(type);
  }
  std::vector<engine::type_census> out;
  out.reserve(shown.size());
  for (auto& [name, type] : shown)
    out.push_back(std::move(type));
  return out;
}

/// Returns the tenants with the most work, ready and in flight, over all pools.
std::vector<engine::tenant_census> busiest_tenants(engine::census& census) {
  std::vector<engine::tenant_census> all;
  for (auto& [pool, tenants] : census.tenants)
    for (auto& tenant : tenants)
      if (tenant.depth() > 0)
        all.push_back(std::move(tenant));
  std::ranges::stable_sort(all, std::greater{}, &engine::tenant_census::depth);
  all.resize(std::min(all.size(), census.tenants_max));
  return all;
}

class figures_request final : public command_request<figures_command> {
public:
  using command_request::command_request;

  void start() override {
    auto wanted = make_part<figures_wanted>();
    wanted.tenants_max = what_.tenants_max;
    send(shared().arbiter, std::move(wanted));
    ++open_;
    ask_load("directory", "", shared().directory);
    ask_load("timer", "", shared().timer);
    ask_sessions();
    for (auto& [name, health] : shared().executors.healths()) {
      if (const auto executor = shared().executors.find(name)) {
        ask_load("runner", name, executor->runner);
        ask_load("poller", name, executor->poller);
      }
      figures_->executors.emplace_back(name, std::move(health));
    }
  }

private:
  void on_answer(answer& a) override {
    handle(
        a, [&](arbiter_figures& found) { add_arbiter_figures(found); },
        [&](mailbox_load& load) { figures_->loads[a.part].mailbox += load.waiting; });
    if (--open_ > 0)
      return;
    read_shared();
    finish(figures_reply{std::move(figures_), what_.view});
  }

  void add_arbiter_figures(arbiter_figures& found) {
    figures_->demand = by_shown_name(shared().types, found.demand.types);
    figures_->tenants = busiest_tenants(found.demand);
    figures_->tenants_with_work = found.demand.tenants_with_work;
    figures_->pools = std::move(found.pools);
    figures_->loads.push_back({"arbiter", "", found.mailbox});
  }

  /// Adds a load, and returns the request for it.
  load_wanted add_load(std::string actor, std::string executor) {
    const auto part = static_cast<std::uint32_t>(figures_->loads.size());
    figures_->loads.push_back({std::move(actor), std::move(executor), 0});
    return make_part<load_wanted>(part);
  }

  template <class Handle>
  void ask_load(std::string actor, std::string executor, const Handle& to) {
    send(to, add_load(std::move(actor), std::move(executor)));
    ++open_;
  }

  /// Adds one load for all sessions: the sum of their messages.
  void ask_sessions() {
    const auto part = add_load("session", "");
    figures_->sessions =
        shared().sessions.send_to_all([&](const session_actor& session) { send(session, part); });
    open_ += figures_->sessions;
  }

  void read_shared() {
    auto& f = *figures_;
    const auto& admission = shared().admission;
    f.now = now();
    f.types = shared().types.read();
    f.journal = shared().journal.stats();
    f.refused = admission.refused();
    f.waiting_bytes =
        static_cast<std::uint64_t>(std::max<std::int64_t>(admission.waiting_bytes(), 0));
    f.waiting_bytes_max = admission.waiting_bytes_max();
    f.audits = shared().audits.figures();
    f.queues = shared().queues.active();
    f.draining = shared().draining;
  }

  std::shared_ptr<runtime_figures> figures_ = std::make_shared<runtime_figures>();
  std::size_t open_ = 0; ///< Requests without an answer.
};

} // namespace

request_ptr make_request(session_pointer self, std::uint64_t number, figures_command what) {
  return std::make_unique<figures_request>(self, number, what);
}

} // namespace rota::actors
