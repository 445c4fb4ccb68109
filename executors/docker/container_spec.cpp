#include "executors/docker/container_spec.hpp"

#include "json/write.hpp"
#include "system/environment.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace rota::executors::docker {
namespace {

/// The first process of every container: "sh -c WRAPPER rota TIMEOUT GRACE WORD...", both times in
/// seconds. It uses only /bin/sh of the image, and sleep for a timeout.
///
/// - It takes the claim first: only one process ever creates that file, so the command runs at most
///   once, whatever the engine starts twice. A fence creates the file, too. Without stdin, the run
///   folder is not Rota's (an engine creates a missing folder to mount it).
/// - It stays as process 1. The kernel drops signals without a handler sent to a process 1, so it
///   passes TERM on to all others; what is left of them dies with it.
/// - It records how the command ended, so that the end is known even if the engine dies. An
///   interrupted wait is repeated; 127 from the repeated one means that the status was taken.
/// - Its variables have names that the command's environment does not use.
constexpr std::string_view wrapper = R"sh(
[ -r /rota/stdin ] || exit 125
rota_timeout=$1 rota_grace=$2 rota_term= rota_child= rota_code=
shift 2
rota_signal() {
  if [ $$ = 1 ]; then kill -$1 -1; elif [ "$rota_child" ]; then kill -$1 $rota_child; fi 2>/dev/null
}
trap 'rota_term=1; rota_signal TERM' TERM
(set -C; : >/rota/claim) 2>/dev/null || exit 125
[ -z "$rota_term" ] || { echo 143 >/rota/exit; exit 143; }
exec "$@" </rota/stdin >>/rota/stdout 2>>/rota/stderr &
rota_child=$!
[ -z "$rota_term" ] || rota_signal TERM
if [ "$rota_timeout" ]; then
  {
    trap '' TERM
    sleep $rota_timeout && [ ! -e /rota/exit ] || exit
    : >/rota/timeout
    rota_signal TERM
    sleep $rota_grace
    rota_signal KILL
  } &
  rota_timer=$!
fi
while :; do
  rota_term=
  wait $rota_child
  rota_now=$?
  if [ -z "$rota_code" ] || [ $rota_now != 127 ]; then rota_code=$rota_now; fi
  if [ -z "$rota_term" ] || [ $rota_now = 127 ]; then break; fi
done
echo $rota_code >/rota/exit
[ $$ = 1 ] || [ -z "$rota_timeout" ] || kill -KILL $rota_timer
exit $rota_code
)sh";

/// Writes whole seconds without a fraction: not every sleep supports fractions.
std::string seconds(std::chrono::milliseconds time) {
  const auto rest = time.count() % 1000;
  std::string text = std::to_string(time.count() / 1000);
  return rest == 0 ? text : text + "." + std::to_string(1000 + rest).substr(1);
}

/// The wrapper, its timer and the timer's sleep.
constexpr std::int64_t wrapper_processes = 3;

void write_environment(json_writer& out, const start_order& order, const attempt_options& options) {
  const auto* job = is_envelope(order, options) ? nullptr : &order.jobs.front();
  const auto ours = job_environment(order, job);
  auto others = options.env;
  std::erase_if(others, [&](const auto& other) {
    return std::any_of(ours.begin(), ours.end(),
                       [&](const auto& own) { return own.first == other.first; });
  });
  std::vector<std::string> variables;
  system::append_variables(variables, others);
  system::append_variables(variables, ours);
  out.key("Env").begin_array();
  for (const auto& variable : variables)
    out.string(variable);
  out.end_array();
}

void write_ulimit(json_writer& out, std::string_view name, std::int64_t limit) {
  out.begin_object().member("Name", name).member("Soft", limit).member("Hard", limit);
  out.end_object();
}

/// If one limit is given, podman raises the other to its own default, which a machine may refuse.
/// This is podman's own minimum for processes, beyond any real use.
constexpr std::uint64_t processes_max = 32'768;

void write_ulimits(json_writer& out, std::uint64_t open_files) {
  rlimit own{};
  const bool is_known = ::getrlimit(RLIMIT_NPROC, &own) == 0;
  const auto processes =
      std::min<std::uint64_t>(is_known ? own.rlim_max : processes_max, processes_max);
  out.key("Ulimits").begin_array();
  write_ulimit(out, "nofile", static_cast<std::int64_t>(open_files));
  write_ulimit(out, "nproc", static_cast<std::int64_t>(processes));
  out.end_array();
}

void write_limits(json_writer& out, const attempt_limits& limits) {
  if (limits.memory_bytes)
    out.member("Memory", static_cast<std::int64_t>(*limits.memory_bytes));
  if (limits.cpus)
    out.member("NanoCpus", static_cast<std::int64_t>(std::llround(*limits.cpus * 1e9)));
  if (limits.pids)
    out.member("PidsLimit", static_cast<std::int64_t>(*limits.pids) + wrapper_processes);
  if (limits.open_files)
    write_ulimits(out, *limits.open_files);
}

void write_host(json_writer& out, const container_spec& spec, const attempt_options& options) {
  out.key("HostConfig").begin_object();
  out.key("AutoRemove").boolean(false);
  out.key("Mounts").begin_array().begin_object();
  out.member("Type", "bind").member("Source", spec.io_folder).member("Target", container_folder);
  out.end_object().end_array();
  if (!options.mounts.empty()) {
    out.key("Binds").begin_array();
    for (const std::string& mount : options.mounts)
      out.string(mount);
    out.end_array();
  }
  if (!options.network.empty())
    out.member("NetworkMode", options.network);
  write_limits(out, options.limits);
  out.end_object();
}

} // namespace

std::vector<std::string> full_command(const image_facts& image,
                                      const std::vector<std::string>& words) {
  std::vector<std::string> command = image.entrypoint;
  const auto& rest = words.empty() ? image.command : words;
  command.insert(command.end(), rest.begin(), rest.end());
  return command;
}

std::string create_body(const container_spec& spec, const start_order& order,
                        const attempt_options& options) {
  std::string body;
  json_writer out{body};
  out.begin_object().member("Image", options.image);
  out.key("Entrypoint").begin_array().string("/bin/sh").string("-c").string(wrapper);
  out.string("rota").string(order.timeout ? seconds(*order.timeout) : "");
  out.string(seconds(options.grace)).end_array();
  out.key("Cmd").begin_array();
  for (const std::string& word : spec.words)
    out.string(word);
  out.end_array();
  write_environment(out, order, options);
  if (!options.cwd.empty())
    out.member("WorkingDir", options.cwd);
  out.key("Labels").begin_object();
  out.member("rota.instance", spec.instance).member("rota.executor", spec.executor);
  out.member("rota.attempt", order.name).member("rota.type", order.type);
  out.member("rota.tenant", order.tenant).end_object();
  write_host(out, spec, options);
  out.end_object();
  return body;
}

} // namespace rota::executors::docker
