#include "executors/slurm/order_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace rota::executors::slurm {

using namespace std::chrono_literals;

std::vector<std::string> sbatch_words(const start_order& order, const attempt_options& options,
                                      const std::vector<std::string>& further) {
  std::vector<std::string> words;
  if (!options.partition.empty())
    words.push_back("--partition=" + options.partition);
  if (options.limits.cpus)
    words.push_back(
        fmt::format("--cpus-per-task={:.0f}", std::max(1.0, std::ceil(*options.limits.cpus))));
  if (options.limits.memory_bytes)
    words.push_back(fmt::format("--mem={}M", (*options.limits.memory_bytes >> 20) +
                                                 (*options.limits.memory_bytes % (1U << 20) != 0)));
  if (order.timeout)
    words.push_back(fmt::format(
        "--time={}",
        std::chrono::ceil<std::chrono::minutes>(*order.timeout + options.grace + 1min).count()));
  words.insert(words.end(), further.begin(), further.end());
  return words;
}

boost::system::result<run_folder::files, start_failure>
order_files(const start_order& order, const attempt_options& options, beat_time beat) {
  const auto runs = runs_of(order, options);
  auto part = attempt_part(order, runs, options, beat);
  if (!part)
    return part.error();
  run_folder::files files{{"attempt", std::move(*part)}};
  for (std::size_t number = 0; number < runs.size(); ++number)
    files.emplace_back(fmt::format("input.{}", number), runs[number].input);
  if (runs.front().job == nullptr)
    files.emplace_back("envelope", "");
  std::string ids;
  for (const attempt_job& job : order.jobs)
    ids += job.id + "\n";
  files.emplace_back("jobs", std::move(ids));
  return files;
}

} // namespace rota::executors::slurm
