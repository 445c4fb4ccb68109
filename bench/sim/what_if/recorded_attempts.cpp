#include "bench/sim/what_if/recorded_attempts.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace rota::bench {
namespace {

bool has_batches(const recording& all, const std::string& type) {
  const auto found = all.settings.types.find(type);
  return found != all.settings.types.end() && found->second.batch &&
         found->second.batch->max_size > 1;
}

void share_time(const recording& all, std::vector<std::size_t> jobs,
                std::vector<std::int64_t>& us) {
  const auto ended = [&](std::size_t job) { return all.jobs[job].ended_us; };
  std::stable_sort(jobs.begin(), jobs.end(),
                   [&](auto one, auto other) { return ended(one) < ended(other); });
  auto before = all.jobs[jobs.front()].started_us;
  for (auto at = jobs.begin(); at != jobs.end();) {
    const auto end = ended(*at);
    const auto next = std::find_if(at, jobs.end(), [&](auto job) { return ended(job) != end; });
    const auto each = std::max<std::int64_t>(0, end - before) / (next - at);
    before = end;
    for (; at != next; ++at)
      us[*at] = each;
  }
}

/// The median run time of each type of which a job has ended.
std::map<std::string, std::int64_t> medians(const recording& all,
                                            const std::vector<std::int64_t>& us) {
  std::map<std::string, std::vector<std::int64_t>> known;
  for (std::size_t i = 0; i < us.size(); ++i)
    if (us[i] >= 0)
      known[all.jobs[i].type].push_back(us[i]);
  std::map<std::string, std::int64_t> middle;
  for (auto& [type, values] : known) {
    const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), half, values.end());
    middle[type] = *half;
  }
  return middle;
}

} // namespace

std::string pool_of(const recording& all, const std::string& type) {
  const auto found = all.settings.types.find(type);
  return found == all.settings.types.end() ? engine::default_pool : engine::pool_of(found->second);
}

std::vector<std::vector<std::size_t>> attempts_of(const recording& all) {
  std::vector<std::vector<std::size_t>> attempts;
  std::map<std::tuple<std::string, std::string, std::string, std::int64_t>, std::size_t> batches;
  for (std::size_t i = 0; i < all.jobs.size(); ++i) {
    const auto& job = all.jobs[i];
    if (job.ended_us == 0)
      continue;
    auto place = attempts.size();
    if (has_batches(all, job.type))
      place = batches.try_emplace({job.type, job.tenant, job.worker, job.started_us}, place)
                  .first->second;
    if (place == attempts.size())
      attempts.emplace_back();
    attempts[place].push_back(i);
  }
  return attempts;
}

run_times run_times_of(const recording& all) {
  run_times runs{std::vector<std::int64_t>(all.jobs.size(), -1),
                 std::vector<char>(all.jobs.size())};
  for (const auto& jobs : attempts_of(all))
    share_time(all, jobs, runs.us);
  const auto middle = medians(all, runs.us);
  for (std::size_t i = 0; i < all.jobs.size(); ++i)
    if (const auto guess = middle.find(all.jobs[i].type); runs.us[i] < 0 && guess != middle.end()) {
      runs.us[i] = guess->second;
      runs.guessed[i] = 1;
    }
  return runs;
}

} // namespace rota::bench
