#include "cmd/rota/commands.hpp"
#include "cmd/rota/stop_signals.hpp"
#include "cmd/rota/table.hpp"
#include "cmd/rota/text.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>

// top and events: live views, until Ctrl-C.

namespace rota::client {

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What poll() found ready; both are false after a timeout.
struct ready {
  bool stop = false;
  bool input = false;
};

ready wait_for(int stop_descriptor, int input_descriptor, milliseconds timeout) {
  std::array<pollfd, 2> entries{{{stop_descriptor, POLLIN, 0}, {input_descriptor, POLLIN, 0}}};
  if (::poll(entries.data(), entries.size(), static_cast<int>(timeout.count())) <= 0)
    return {};
  return {entries[0].revents != 0, entries[1].revents != 0};
}

// -- top ------------------------------------------------------------------------------------------

constexpr milliseconds redraw_interval{1000};
constexpr std::size_t stat_lines_max = 6;

struct top_options {
  queue_filter filter;
  bool once = false;
};

struct queue_line {
  std::array<std::string, 2> name; // Type and tenant.
  std::int64_t ready = 0, delayed = 0, running = 0;
  std::string oldest_ms;
  bool paused = false;
};

queue_line read_queue(json_value queue) {
  queue_line read;
  for (const auto& [name, value] : queue.as_object()) {
    if (name == "type")
      read.name[0] = display(value);
    if (name == "tenant")
      read.name[1] = display(value);
    if (name == "ready")
      read.ready = value.as_int64().value_or(0);
    if (name == "delayed")
      read.delayed = value.as_int64().value_or(0);
    if (name == "running")
      read.running = value.as_int64().value_or(0);
    if (name == "oldest_ready_ms")
      read.oldest_ms = display(value);
    if (name == "paused")
      read.paused = value.as_bool().value_or(false);
  }
  return read;
}

// Prints one screen after the other; counters of server.stats are shown as rates per second.
class top_view {
public:
  explicit top_view(const context& settings) : settings_(settings) {}

  [[nodiscard]] std::string picture(json_value stats, json_value queues, terminal_size size) {
    std::vector<queue_line> lines;
    for (const json_value queue : array_in(queues, "queues"))
      lines.push_back(read_queue(queue));
    const std::size_t width_max = size.columns == 0 ? 100 : size.columns;
    std::string text = heading(lines) + '\n' + stat_lines(stats, width_max) + '\n';
    const auto used = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 2;
    const std::size_t room = size.lines == 0     ? lines.size()
                             : size.lines > used ? size.lines - used
                                                 : 0;
    return text + queue_table(lines, room).text(width_max);
  }

private:
  [[nodiscard]] std::string heading(const std::vector<queue_line>& lines) const {
    std::int64_t ready = 0, delayed = 0, running = 0;
    for (const queue_line& line : lines) {
      ready += line.ready;
      delayed += line.delayed;
      running += line.running;
    }
    return fmt::format("rota top  {}:{}  {} queues: {} ready, {} delayed, {} running",
                       settings_.server.host, settings_.server.port, lines.size(), ready, delayed,
                       running);
  }

  std::string stat_lines(json_value stats, std::size_t width_max) {
    const clock::time_point now = clock::now();
    const double seconds = std::chrono::duration<double>(now - last_time_).count();
    std::map<std::string, double> values;
    std::vector<std::string> out(1);
    for (const auto& row : flat_members(stats)) {
      std::string cell = row[0] + ' ' + row[1];
      double value = 0;
      const char* end = row[1].data() + row[1].size();
      if (std::from_chars(row[1].data(), end, value).ptr == end) {
        const auto before = last_values_.find(row[0]);
        if (before != last_values_.end() && value > before->second) {
          cell += fmt::format(" (+{:.0f}/s)", (value - before->second) / seconds);
        }
        values.emplace(row[0], value);
      }
      if (!out.back().empty() && width(out.back()) + width(cell) + 3 > width_max) {
        out.emplace_back();
      }
      out.back() += (out.back().empty() ? "" : "   ") + cell;
    }
    last_values_ = std::move(values);
    last_time_ = now;
    if (out.size() > stat_lines_max)
      out.resize(stat_lines_max);
    return fmt::format("{}\n", fmt::join(out, "\n"));
  }

  static table queue_table(std::vector<queue_line>& lines, std::size_t room) {
    std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
      return std::pair{a.running, a.ready} > std::pair{b.running, b.ready};
    });
    table made{{"TYPE", "TENANT", "RUNNING", "READY", "DELAYED", "OLDEST MS", "PAUSED"}};
    for (std::size_t i = 0; i < std::min(room, lines.size()); ++i) {
      const queue_line& line = lines[i];
      made.add({line.name[0], line.name[1], std::to_string(line.running),
                std::to_string(line.ready), std::to_string(line.delayed), line.oldest_ms,
                line.paused ? "paused" : ""});
    }
    return made;
  }

  const context& settings_;
  std::map<std::string, double> last_values_;
  clock::time_point last_time_ = clock::now();
};

exit_status top(const context& settings, const top_options& given) {
  const stop_signals signals;
  const auto server = open_requester(settings);
  if (!server)
    return server.error();
  std::string params;
  json_writer writer{params};
  writer.begin_object();
  write_filter(writer, given.filter);
  writer.member("limit", 1000).end_object();
  top_view view{settings};
  const terminal_size first_size = stdout_size();
  while (true) {
    const auto stats = (*server)->call("server.stats", "{}");
    if (!stats)
      return report(stats.error());
    const auto queues = (*server)->call("queue.list", params);
    if (!queues)
      return report(queues.error());
    if (settings.json) {
      print_line("{\"stats\":" + *stats + ",\"queues\":" + *queues + "}");
    } else {
      const bool clears = !given.once && first_size.lines > 0;
      const std::string picture = view.picture(json_value{*stats}, json_value{*queues},
                                               clears ? stdout_size() : first_size);
      print(clears ? "\x1b[H\x1b[2J" + picture : picture);
      print_line("");
    }
    if (given.once || wait_for(signals.descriptor(), -1, redraw_interval).stop) {
      return exit_status::done;
    }
  }
}

void add_top(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<top_options>();
  auto* command = program.add_subcommand("top", "Show queues and counters, refreshed every second");
  add_filter(*command, options->filter);
  command->add_flag("--once", options->once, "Print once and exit");
  on_parsed(*command, chosen, options, top);
}

// -- events ---------------------------------------------------------------------------------------

struct events_options {
  queue_filter filter;
  std::vector<std::string> states;
  std::optional<std::int64_t> count;
};

// Events arrive one by one, so the columns have fixed widths.
void print_event(json_value event) {
  const auto cell = [&](std::string_view name) {
    return display(event.as_object().find(name).value_or(json_value{}));
  };
  if (event.as_object().find("missed")) {
    print_line(fmt::format("... {} events missed: this client reads too slowly", cell("missed")));
    return;
  }
  print_line(fmt::format("{:<27} {:<10} {:<24} {:<20} {}", cell("at"), cell("state"), cell("id"),
                         cell("type"), cell("tenant")));
}

// Prints the events that have arrived. Returns false once enough were printed.
bool print_arrived(const context& settings, wire::client& server,
                   std::optional<std::int64_t>& left) {
  while (const auto message = server.next()) {
    if (message->what != wire::message::type::notification)
      continue;
    if (settings.json) {
      print_line(message->body);
    } else {
      print_event(json_value{message->body});
    }
    if (left && --*left <= 0)
      return false;
  }
  return true;
}

std::string subscription_params(const events_options& given) {
  std::string params;
  json_writer writer{params};
  writer.begin_object();
  write_filter(writer, given.filter);
  if (!given.states.empty())
    write_texts(writer, "states", given.states);
  writer.end_object();
  return params;
}

// Not call(), which would drop an event that directly follows the answer.
exit_status subscribe(wire::client& server, const events_options& given) {
  server.send("events.subscribe", subscription_params(given));
  const auto answer = server.receive();
  if (!answer)
    return report_lost(server.lost_reason());
  if (answer->what == wire::message::type::error) {
    return report(wire::read_call_error(answer->body));
  }
  return exit_status::done;
}

exit_status events(const context& settings, const events_options& given) {
  const stop_signals signals;
  auto server = connect(settings);
  if (!server)
    return server.error();
  if (const exit_status status = subscribe(*server, given); status != exit_status::done) {
    return status;
  }
  std::optional<std::int64_t> left = given.count;
  while (print_arrived(settings, *server, left)) {
    if (!server->is_open())
      return report_lost(server->lost_reason());
    const ready found = wait_for(signals.descriptor(), server->descriptor(), milliseconds{-1});
    if (found.stop)
      return exit_status::done;
    if (found.input)
      server->pump();
  }
  return exit_status::done;
}

void add_events(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<events_options>();
  auto* command = program.add_subcommand("events", "Print job events as they occur");
  add_filter(*command, options->filter);
  command
      ->add_option("--state", options->states,
                   "Only events of jobs entering this state (can be repeated)")
      ->allow_extra_args(false);
  command->add_option("--count", options->count, "Exit after this many events")
      ->check(CLI::PositiveNumber);
  on_parsed(*command, chosen, options, events);
}

} // namespace

void add_top_command(CLI::App& program, action& chosen) { add_top(program, chosen); }
void add_events_command(CLI::App& program, action& chosen) { add_events(program, chosen); }

} // namespace rota::client
