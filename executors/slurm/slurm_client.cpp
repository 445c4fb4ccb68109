#include "executors/slurm/slurm_client.hpp"

#include "executors/slurm/run_folder.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <set>

namespace rota::executors::slurm {
namespace {

constexpr std::chrono::seconds query_time{10};
/// Read by read_job().
constexpr const char* job_format = "--format=%i|%T|%r|%N|%j";
constexpr std::chrono::seconds submission_time{30};

/// The programs' environment: enough to find the programs, the user and the cluster. Variables such
/// as SBATCH_PARTITION would change the request; all of it becomes part of the job's environment.
constexpr std::array variables{"PATH", "HOME",       "USER",      "LOGNAME",        "LANG",
                               "TZ",   "SLURM_CONF", "SLURM_JWT", "LD_LIBRARY_PATH"};

/// Messages of sbatch about jobs that can never start. Any other failure may be temporary.
constexpr std::array<std::string_view, 21> refusals{
    "invalid partition",
    "node configuration is not available",
    "can not be satisfied",
    "invalid account",
    "invalid qos",
    "invalid feature",
    "invalid license",
    "invalid time limit",
    "time limit specification",
    "requested time limit is invalid",
    "invalid generic resource",
    "invalid --",
    "invalid node name",
    "invalid node count",
    "more processors requested than permitted",
    "too many tasks",
    "group not permitted to use this partition",
    "access/permission denied",
    "unrecognized option",
    "unrecognised option",
    "pathname of a file, directory or other parameter too long"};

job_state state_of(std::string_view word, std::string_view reason) {
  static const std::map<std::string_view, job_state> states{
      {"OUT_OF_MEMORY", job_state::out_of_memory},
      {"TIMEOUT", job_state::timeout},
      {"DEADLINE", job_state::timeout},
      {"CANCELLED", job_state::cancelled},
      {"REVOKED", job_state::cancelled},
      {"PREEMPTED", job_state::preempted},
      {"NODE_FAIL", job_state::node_failed},
      {"BOOT_FAIL", job_state::node_failed},
      {"FAILED", job_state::failed},
      {"COMPLETED", job_state::completed}};
  const auto found = states.find(word);
  if (found == states.end())
    return job_state::alive;
  if (found->second == job_state::failed && reason == "BadConstraints")
    return job_state::impossible;
  return found->second;
}

/// Keeps the more significant of two jobs of one name.
void keep(std::map<std::string, slurm_job>& jobs, std::string name, slurm_job job) {
  const auto [at, is_new] = jobs.try_emplace(std::move(name), job);
  if (!is_new && job.state < at->second.state)
    at->second = std::move(job);
}

std::map<std::string, slurm_job> read_jobs(std::string_view text, std::string_view prefix) {
  std::map<std::string, slurm_job> jobs;
  while (!text.empty()) {
    auto job = read_job(cut_until(text, '\n'));
    if (job && job->first.starts_with(prefix))
      keep(jobs, std::move(job->first), std::move(job->second));
  }
  return jobs;
}

/// Sums a line "node|allocated/idle/other/all" without the others, which are CPUs of nodes that are
/// down or drained.
double usable_cpus(std::string_view counts) {
  double sum = 0;
  for (int part = 0; part < 2; ++part) {
    const auto digits = cut_until(counts, '/');
    unsigned count = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), count);
    sum += count;
  }
  return sum;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  return text;
}

} // namespace

std::string_view reason_text(job_state state) {
  switch (state) {
  case job_state::out_of_memory: return "out of memory";
  case job_state::timeout: return "reached its Slurm time limit";
  case job_state::cancelled: return "cancelled by Slurm";
  case job_state::preempted: return "preempted by Slurm";
  case job_state::node_failed: return "node failure";
  case job_state::impossible: return "no Slurm node can satisfy the request";
  case job_state::alive:
  case job_state::failed:
  case job_state::completed: break;
  }
  return {};
}

std::optional<std::pair<std::string, slurm_job>> read_job(std::string_view line) {
  const auto id = cut_until(line, '|');
  const auto state = cut_until(line, '|');
  const auto reason = cut_until(line, '|');
  const auto node = cut_until(line, '|');
  if (id.empty() || state.empty() || line.empty())
    return std::nullopt;
  return std::pair{std::string(line), slurm_job{std::string(id), state_of(state, reason),
                                                !node.empty(), state == "RUNNING"}};
}

bool is_refusal(std::string_view said) {
  std::string lower{said};
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return std::tolower(letter); });
  return std::any_of(refusals.begin(), refusals.end(), [&lower](std::string_view refusal) {
    return lower.find(refusal) != std::string::npos;
  });
}

slurm_client::slurm_client(const std::string& settings) {
  for (const char* name : variables) {
    const char* value = std::getenv(name);
    if (value != nullptr && (settings.empty() || std::string_view(name) != "SLURM_CONF"))
      environment_.push_back(std::string(name) + "=" + value);
  }
  if (!settings.empty())
    environment_.push_back("SLURM_CONF=" + settings);
}

backend_result<system::command_outcome> slurm_client::run(std::vector<std::string> words) const {
  const std::string program = words.front();
  auto outcome = system::run({std::move(words), environment_, {}, query_time, &closed_});
  if (!outcome)
    return backend_error{outcome.error().text()};
  if (outcome->status != 0)
    return backend_error{program + ": " + trimmed(outcome->err)};
  return std::move(*outcome);
}

backend_result<void> slurm_client::succeeds(std::vector<std::string> words) const {
  const auto answer = run(std::move(words));
  return answer ? backend_result<void>{} : answer.error();
}

backend_result<double> slurm_client::cpus() const {
  const auto answer = run({"sinfo", "--noheader", "--Node", "--format=%N|%C"});
  if (!answer)
    return answer.error();
  std::string_view text = answer->out;
  std::set<std::string_view> seen; // a node is listed once for each of its partitions
  double sum = 0;
  while (!text.empty()) {
    auto line = cut_until(text, '\n');
    if (seen.insert(cut_until(line, '|')).second)
      sum += usable_cpus(line);
  }
  return sum;
}

boost::system::result<std::string, start_failure>
slurm_client::submit(const submission& what) const {
  std::string out = what.folder + "/slurm.out";
  for (auto at = out.find('%'); at != std::string::npos; at = out.find('%', at + 2))
    out.insert(at, 1, '%'); // Slurm expands %j and the like
  std::vector<std::string> words{"sbatch",
                                 "--parsable",
                                 "--job-name=" + what.name,
                                 "--chdir=" + what.folder,
                                 "--output=" + out,
                                 "--open-mode=append",
                                 "--no-requeue",
                                 "--export=ALL",
                                 "--propagate=NONE",
                                 "--nodes=1",
                                 "--ntasks=1"};
  words.insert(words.end(), what.options.begin(), what.options.end());
  const auto outcome =
      system::run({std::move(words), environment_, what.script, submission_time, &closed_});
  if (!outcome)
    return temporary_failure(outcome.error().text());
  if (outcome->status != 0) {
    const auto kind =
        is_refusal(outcome->err) ? start_failure_kind::refused : start_failure_kind::temporary;
    return start_failure{kind, trimmed(outcome->err)};
  }
  const auto end = outcome->out.find_first_of(";\n"); // with clusters: "id;cluster"
  return outcome->out.substr(0, end);
}

backend_result<std::map<std::string, slurm_job>>
slurm_client::jobs(const std::string& prefix) const {
  const auto answer = run({"squeue", "--noheader", "--me", "--states=all", job_format});
  if (!answer)
    return answer.error();
  return read_jobs(answer->out, prefix);
}

backend_result<std::optional<slurm_job>> slurm_client::job(const std::string& name) const {
  const auto answer =
      run({"squeue", "--noheader", "--me", "--states=all", job_format, "--name=" + name});
  if (!answer)
    return answer.error();
  const auto jobs = read_jobs(answer->out, name);
  const auto found = jobs.find(name);
  return found == jobs.end() ? std::nullopt : std::optional{found->second};
}

backend_result<void> slurm_client::signal_script(const std::string& name,
                                                 std::string_view signal) const {
  return succeeds(
      {"scancel", "--me", "--batch", "--signal=" + std::string(signal), "--name=" + name});
}

backend_result<void> slurm_client::cancel(const std::string& name) const {
  return succeeds({"scancel", "--me", "--name=" + name});
}

} // namespace rota::executors::slurm
