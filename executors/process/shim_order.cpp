#include "executors/process/shim_order.hpp"

#include "executors/options.hpp"
#include "system/environment.hpp"

#include <algorithm>
#include <cmath>

namespace rota::executors {
namespace {

/// Returns the name of the attempt's control group; the instance may be any text.
std::string group_of(const std::string& instance, const std::string& name) {
  std::string group = "rota-" + instance + '-' + name;
  for (char& letter : group) {
    const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= '0' && letter <= '9') || letter == '-';
    letter = is_plain ? letter : '_';
  }
  return group;
}

run_folder::run_limits limits_of(const attempt_limits& limits) {
  run_folder::run_limits plain;
  const auto count = [](const std::optional<std::uint64_t>& limit) {
    return limit ? std::optional{static_cast<std::int64_t>(*limit)} : std::nullopt;
  };
  plain.memory_bytes = count(limits.memory_bytes);
  plain.pids = count(limits.pids);
  plain.open_files = count(limits.open_files);
  plain.output_bytes = static_cast<std::int64_t>(limits.output_bytes);
  if (limits.cpus && *limits.cpus > 0)
    plain.cpu_thousandths = std::max<std::int64_t>(1, std::llround(*limits.cpus * 1000));
  return plain;
}

/// The error is that of filled_words().
boost::system::result<run_folder::run_order, std::string>
run_of(const start_order& order, const attempt_options& options, const command_run& command) {
  auto words = filled_words(options.command, command.input);
  if (!words)
    return {boost::system::in_place_error, words.error()};
  run_folder::run_order run;
  run.words = std::move(*words);
  system::append_variables(run.environment, job_environment(order, command.job));
  if (command.job != nullptr)
    run.job = command.job->id;
  return run;
}

} // namespace

boost::system::result<shim_order, std::string>
make_shim_order(const start_order& order, const std::string& instance, const std::string& folder) {
  const auto options = read_options(order.options);
  if (!options)
    return options.error();
  if (options->command.empty())
    return std::string("the type's executor settings have no command");
  shim_order prepared;
  run_folder::order& plain = prepared.order;
  plain.name = order.name;
  plain.group = group_of(instance, order.name);
  plain.cwd = options->cwd;
  system::append_variables(plain.environment, options->env);
  plain.environment.push_back(run_folder_variable + ('=' + folder));
  plain.limits = limits_of(options->limits);
  plain.grace_ms = options->grace.count();
  if (order.timeout)
    plain.timeout_ms = order.timeout->count();
  for (command_run& command : runs_of(order, *options)) {
    auto run = run_of(order, *options, command);
    if (!run)
      return {boost::system::in_place_error, run.error()};
    plain.runs.push_back(std::move(*run));
    prepared.inputs.push_back(std::move(command.input));
  }
  return prepared;
}

} // namespace rota::executors
