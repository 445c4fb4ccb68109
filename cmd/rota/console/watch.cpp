#include "cmd/rota/console/watch.hpp"

#include "cmd/rota/stop_signals.hpp"
#include "cmd/rota/table.hpp"

#include <CLI/CLI.hpp>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <random>

namespace rota::client {

namespace {

struct watch_options {
  double seconds = 1;
  std::optional<std::int64_t> count;
};

/// Options of `watch` end where the command begins; the command has its own.
void add_options(CLI::App& program, watch_options& options) {
  program.add_option("-n,--interval", options.seconds, "Seconds between runs (default 1)")
      ->check([](const std::string& text) {
        double seconds = 0;
        const bool good =
            CLI::detail::lexical_cast(text, seconds) && seconds >= 0.1 && seconds <= 86'400;
        return good ? std::string{} : "must be from 0.1 to 86400";
      });
  program.add_option("--count", options.count, "Exit after this many runs")
      ->check(CLI::PositiveNumber);
  program.prefix_command();
}

double part_of(double whole) {
  std::random_device chance;
  return std::uniform_real_distribution<double>{0, whole}(chance);
}

/// Waits; returns false if a signal requested the end.
bool rest(const stop_signals& signals, double seconds) {
  pollfd entry{signals.descriptor(), POLLIN, 0};
  if (::poll(&entry, 1, static_cast<int>(seconds * 1000)) <= 0)
    return true;
  return stop_signals::take(signals.descriptor()) == 0;
}

} // namespace

exit_status watch(std::vector<std::string> words,
                  const std::function<understood_command(std::vector<std::string>)>& understand) {
  CLI::App program{"Repeat a command every second until Ctrl-C", "watch"};
  watch_options options;
  add_options(program, options);
  std::reverse(words.begin(), words.end()); // CLI11 expects them reversed
  try {
    program.parse(words);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? exit_status::done : exit_status::usage;
  }
  const auto given = program.remaining();
  if (given.empty())
    return report_usage("watch requires a command");
  if (given.front() == "watch")
    return report_usage("watch cannot run itself");
  const auto command = understand(given);
  if (!command)
    return command.error();
  const stop_signals signals;
  for (std::int64_t times = 1;; ++times) {
    if (stdout_size().lines > 0)
      print("\x1b[H\x1b[2J");
    const auto status = (*command)();
    print_line("");
    const auto seconds = times == 1 ? part_of(options.seconds) : options.seconds;
    if (status != exit_status::done || times == options.count || !rest(signals, seconds))
      return status;
  }
}

} // namespace rota::client
