#include "executors/slurm/batch_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <string_view>

namespace rota::executors::slurm {

using namespace std::chrono_literals;

namespace {

/// Uses the files of a run folder, which README.md lists.
constexpr std::string_view body = R"bash(
# Slurm may start a job again, on another node too, while it still runs: only one gets past this.
mkdir -- "$run/claim" || exit 75
echo "${SLURM_JOB_ID-} $(hostname)" >"$run/claim/by"
[[ ! -e $run/fenced ]] || exit 75
LC_ALL=C
source "$run/attempt" || exit 75

main=$$
group= # The process group of the command that runs, if one does.
sent=
timed_out=0

# Sends a signal to all processes of the command, once. A signal that comes earlier is kept for the command.
pass_on() {
  [[ " $sent " != *" $1 "* ]] || return 0
  sent+=" $1"
  [[ -z $group ]] || kill -s "$1" -- "-$group" 2>/dev/null
}
trap 'pass_on TERM' TERM
trap 'pass_on KILL' USR2
trap '[[ -z $group ]] || timed_out=1; pass_on TERM' USR1
trap : PIPE

# Ends with the script, whatever the cause, and then kills what is left of the command. Until then it
# writes the heartbeats and checks for requests, even if Slurm has lost the job.
guard() {
  trap '' TERM USR1 USR2 HUP INT
  local count=0 mine= step number term_sent=
  while :; do
    echo "$((++count))" >"$run/beat"
    read -rt "$beat"
    if (($? <= 128)); then
      while read -r step number; do
        case $step in
          group) mine=$number ;;
          over) mine= ;;
        esac
      done <"$run/steps"
      [[ -z $mine ]] || kill -s KILL -- "-$mine"
      return
    elif [[ -e $run/fenced || -e $run/kill || -e $run/result ]]; then
      kill -s USR2 "$main"
    elif [[ -e $run/term && -z $term_sent ]]; then
      term_sent=1
      kill -s TERM "$main"
    fi
  done
} 2>/dev/null

# Enforces the timeout, which begins now; ends with the script.
watch() {
  trap '' TERM USR1 USR2 HUP INT
  read -rt "$timeout"
  (($? > 128)) || return
  kill -s USR1 "$main"
  read -rt "$grace"
  (($? <= 128)) || kill -s USR2 "$main"
} 2>/dev/null

# Keeps the first bytes of a stream, and records whether there were more.
keep_first() {
  trap '' TERM USR1 USR2 HUP INT
  exec {life}>&- {alarm}>&-
  head -c "$output_bytes" >>"$1"
  (($(head -c 1 | wc -c) == 0)) || : >"$1.cut"
  cat >/dev/null
} 2>/dev/null

# Waits until the output is complete, but not for a daemon that keeps it open.
drain() {
  local try
  for ((try = 0; try < 30; ++try)); do
    kill -0 "$@" 2>/dev/null || return
    read -rt 0.1 <&"$never"
  done
}

: >"$run/steps"
exec {steps}<"$run/steps"
exec {never}<> <(:)
exec {wakes}<> <(:)
exec {life}> >(guard)
exec {alarm}>/dev/null
[[ -z $timeout ]] || exec {alarm}> >(watch)

open_output() {
  exec {out}> >(keep_first "$run/stdout")
  out_keeper=$!
  exec {err}> >(keep_first "$run/stderr")
  err_keeper=$!
}
close_output() {
  exec {out}>&- {err}>&-
  drain "$out_keeper" "$err_keeper"
}

# Becomes the command of the given job.
become() {
  trap - TERM USR1 USR2 HUP INT QUIT PIPE
  exec {steps}<&- {never}>&- {life}>&- {alarm}>&- {wakes}>&- {out}>&- {err}>&-
  unset LC_ALL
  export HOME=~
  "job_$1"
  cd -- "$folder" || exit 126
  [[ -z $open_files ]] || ulimit -n "$open_files"
  [[ -z $pids ]] || ulimit -u "$pids"
  exec -- "${words[@]}"
}

# Records a step of a run. In a file, because a read of a pipe that times out can lose bytes.
record_step() {
  echo "$*" >>"$run/steps"
  echo >&"$wakes"
}

# Runs a job; records the steps "group NUMBER", then "exit CODE" or "signal NUMBER". Ignores signals: a shell whose
# wait is interrupted just when the child ends can lose its status.
conduct() {
  trap '' TERM USR1 USR2 HUP INT
  exec {life}>&- {alarm}>&- 2>"$run/said"
  local group status
  set -m # So that the command has its own group, and the shell reports on stderr which signal ended it.
  (become "$1") <"$run/input.$1" >&"$out" 2>&"$err" &
  group=$!
  record_step group "$group"
  wait "$group"
  status=$?
  set +m
  if ((status > 128)) && died_by_signal; then
    record_step signal "$((status - 128))"
  else
    record_step exit "$status"
  fi
}

# Whether a command with this status, above 128, died by a signal. The shell is silent about INT and PIPE.
died_by_signal() {
  grep -qv ' Exit ' "$run/said" || ((status == 130 || status == 141))
}

# Sets answer to the next step that the conductor records; fails if the conductor is dead.
read_step() {
  until read -r answer <&"$steps"; do
    kill -0 "$conductor" 2>/dev/null || { read -r answer <&"$steps" && return; } || return
    read -rt "$beat" <&"$wakes"
  done
  return 0 # Not the status of the last wait.
}

# Runs a job; sets answer to "exit CODE" or "signal NUMBER".
run_job() {
  local began conductor signal
  began=$(date +%s%N)
  open_output
  conduct "$1" >&"$wakes" &
  conductor=$!
  read_step && group=${answer#group }
  for signal in $sent; do
    kill -s "$signal" -- "-$group" 2>/dev/null
  done
  read_step || answer='signal 9'
  [[ -z $group ]] || kill -s KILL -- "-$group" 2>/dev/null
  group=
  echo over >>"$run/steps"
  read -r <&"$steps"
  close_output
  echo "run $answer $began $(date +%s%N)" \
    "$(stat -c %s "$run/stdout") $(stat -c %s "$run/stderr")" >>"$run/runs"
}

started=$(date +%s%N)
whole='exit 0'
for ((job = 0; job < jobs; ++job)); do
  run_job "$job"
  [[ $whole != 'exit 0' ]] || whole=$answer
  [[ -z $sent ]] || break
done
finished=$(date +%s%N)

{
  echo "$whole"
  echo "started $started"
  echo "finished $finished"
  echo "timed_out $timed_out"
  ((jobs == 1)) || cat "$run/runs"
} >"$run/result.new"
sync "$run/stdout" "$run/stderr" "$run/result.new"
mv -nT -- "$run/result.new" "$run/result"
sync "$run"
[[ $whole != signal* ]] || exit "$((128 + ${whole#signal }))"
exit "${whole#exit }"
)bash";

bool is_variable(std::string_view name) {
  const auto fits = [](unsigned char letter) { return std::isalnum(letter) || letter == '_'; };
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name.front())) &&
         std::all_of(name.begin(), name.end(), fits);
}

bool has_zero(std::string_view text) { return text.find('\0') != std::string_view::npos; }

std::string seconds(std::chrono::milliseconds time) {
  return fmt::format("{}.{:03}", time.count() / 1000, time.count() % 1000);
}

std::string count_or_nothing(const std::optional<std::uint64_t>& count) {
  return count ? std::to_string(*count) : "";
}

/// Appends the shell function that sets the environment and the words of one run to `text`.
std::optional<start_failure> append_run(std::string& text, std::size_t number,
                                        const start_order& order, const command_run& run,
                                        const attempt_options& options) {
  const auto words = filled_words(options.command, run.input);
  if (!words)
    return refusal(words.error());
  auto environment = options.env;
  for (auto& variable : job_environment(order, run.job))
    environment.push_back(std::move(variable));
  text += fmt::format("job_{}() {{\n", number);
  for (const auto& [name, value] : environment) {
    if (!is_variable(name) || has_zero(value))
      return refusal("invalid name of an environment variable: \"" + name + "\"");
    text += fmt::format("  export {}={}\n", name, quoted(value));
  }
  text += "  words=(";
  for (const std::string& word : *words)
    text += " " + quoted(word);
  text += " )\n}\n";
  return std::nullopt;
}

} // namespace

std::string quoted(std::string_view text) {
  std::string word = "'";
  for (const char letter : text)
    word += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return word + "'";
}

std::string batch_script(const std::string& run) {
  return "#!/bin/bash\nrun=" + quoted(run) + "\n" + std::string(body);
}

boost::system::result<std::string, start_failure> attempt_part(const start_order& order,
                                                               const std::vector<command_run>& runs,
                                                               const attempt_options& options,
                                                               beat_time beat) {
  if (options.command.empty())
    return refusal("the type's executor settings have no command");
  if (has_zero(options.cwd))
    return refusal("the name of the folder contains a NUL character");
  std::string text;
  const auto set = [&text](std::string_view name, std::string_view value) {
    text += fmt::format("{}={}\n", name, quoted(value));
  };
  set("jobs", std::to_string(runs.size()));
  set("beat", seconds(beat));
  set("timeout", order.timeout ? seconds(*order.timeout) : "");
  set("grace", seconds(options.grace));
  set("output_bytes", std::to_string(options.limits.output_bytes));
  set("open_files", count_or_nothing(options.limits.open_files));
  set("pids", count_or_nothing(options.limits.pids));
  text += options.cwd.empty() ? "folder=$run/work\n" : "folder=" + quoted(options.cwd) + "\n";
  for (std::size_t number = 0; number < runs.size(); ++number)
    if (auto failed = append_run(text, number, order, runs[number], options))
      return std::move(*failed);
  return text;
}

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
