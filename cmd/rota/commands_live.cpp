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
#include <span>

// top and events: live views, until Ctrl-C.

namespace rota::client {

namespace {

using clock = std::chrono::steady_clock;

// -- top ------------------------------------------------------------------------------------------

constexpr std::chrono::milliseconds redraw_interval{1000};
constexpr std::size_t stat_lines_max = 6;

struct top_options {
  json_members params{{"limit", "1000"}}; // Of queue.list.
  bool once = false;
};

struct queue_line {
  std::string type, tenant;
  std::int64_t ready = 0, delayed = 0, running = 0;
  std::string oldest_ms;
  bool paused = false;
};

queue_line read_queue(json_value queue) {
  return {.type = cell(queue, "type"),
          .tenant = cell(queue, "tenant"),
          .ready = integer_in(queue, "ready"),
          .delayed = integer_in(queue, "delayed"),
          .running = integer_in(queue, "running"),
          .oldest_ms = cell(queue, "oldest_ready_ms"),
          .paused = member_of(queue, "paused").as_bool().value_or(false)};
}

// Formats one screen after the other; counters of server.stats are shown as rates per second.
class top_screen {
public:
  explicit top_screen(const command_context& context) : context_(context) {}

  [[nodiscard]] std::string next(json_value stats, json_value queues, terminal_size size) {
    std::vector<queue_line> lines;
    for (const json_value queue : array_in(queues, "queues"))
      lines.push_back(read_queue(queue));
    const std::size_t width_max = size.columns == 0 ? 100 : size.columns;
    std::string text = heading(lines) + '\n' + stat_lines(stats, width_max) + '\n';
    const auto used = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 2;
    const std::size_t left =
        size.lines == 0 ? lines.size() : size.lines - std::min(used, size.lines);
    return text + queue_table(lines, left).text(width_max);
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
                       context_.server.host, context_.server.port, lines.size(), ready, delayed,
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
        if (before != last_values_.end() && value > before->second)
          cell += fmt::format(" (+{:.0f}/s)", (value - before->second) / seconds);
        values.emplace(row[0], value);
      }
      if (!out.back().empty() && width(out.back()) + width(cell) + 3 > width_max)
        out.emplace_back();
      out.back() += (out.back().empty() ? "" : "   ") + cell;
    }
    last_values_ = std::move(values);
    last_time_ = now;
    if (out.size() > stat_lines_max)
      out.resize(stat_lines_max);
    return fmt::format("{}\n", fmt::join(out, "\n"));
  }

  static table queue_table(std::vector<queue_line>& lines, std::size_t lines_max) {
    std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
      return std::pair{a.running, a.ready} > std::pair{b.running, b.ready};
    });
    table queues{{"TYPE", "TENANT", "RUNNING", "READY", "DELAYED", "OLDEST MS", "PAUSED"}};
    for (const queue_line& line : std::span{lines}.first(std::min(lines_max, lines.size()))) {
      queues.add({line.type, line.tenant, std::to_string(line.running), std::to_string(line.ready),
                  std::to_string(line.delayed), line.oldest_ms, line.paused ? "paused" : ""});
    }
    return queues;
  }

  const command_context& context_;
  std::map<std::string, double> last_values_;
  clock::time_point last_time_ = clock::now();
};

exit_status top(const command_context& context, const top_options& given) {
  const stop_signals signals;
  const auto server = open_requester(context);
  if (!server)
    return server.error();
  const std::string params = given.params.object();
  top_screen screen{context};
  const bool clears = !given.once && stdout_size().lines > 0;
  do {
    const auto stats = (*server)->call("server.stats", "{}");
    if (!stats)
      return report(stats.error());
    const auto queues = (*server)->call("queue.list", params);
    if (!queues)
      return report(queues.error());
    if (context.json) {
      print_line(fmt::format(R"({{"stats":{},"queues":{}}})", *stats, *queues));
      continue;
    }
    const std::string text = screen.next(json_value{*stats}, json_value{*queues}, stdout_size());
    print_line(std::string{clears ? clear_screen : ""} + text);
  } while (!given.once && !signals.arrives_within(redraw_interval));
  return exit_status::done;
}

// -- events ---------------------------------------------------------------------------------------

struct events_options {
  json_members params; // Of events.subscribe.
  std::optional<std::int64_t> count;
};

// Events arrive one by one, so the columns have fixed widths.
void print_event(json_value event) {
  if (event.as_object().find("missed")) {
    print_line(
        fmt::format("... {} events missed: this client reads too slowly", cell(event, "missed")));
    return;
  }
  print_line(fmt::format("{:<27} {:<10} {:<24} {:<20} {}", cell(event, "at"), cell(event, "state"),
                         cell(event, "id"), cell(event, "type"), cell(event, "tenant")));
}

// Prints the events that have arrived. Returns false once enough were printed.
bool print_arrived(const command_context& context, wire::client& server,
                   std::optional<std::int64_t>& left) {
  while (const auto message = server.next()) {
    if (message->what != wire::message::type::notification)
      continue;
    if (context.json)
      print_line(message->body);
    else
      print_event(json_value{message->body});
    if (left && --*left <= 0)
      return false;
  }
  return true;
}

// Not call(), which would drop an event that directly follows the answer.
exit_status subscribe(wire::client& server, const json_members& params) {
  server.send("events.subscribe", params.object());
  const auto answer = server.receive();
  if (!answer)
    return report_lost(server.lost_reason());
  if (answer->what == wire::message::type::error)
    return report(wire::read_call_error(answer->body));
  return exit_status::done;
}

exit_status events(const command_context& context, const events_options& given) {
  const stop_signals signals;
  auto server = connect(context);
  if (!server)
    return server.error();
  if (const exit_status status = subscribe(*server, given.params); status != exit_status::done)
    return status;
  std::optional<std::int64_t> left = given.count;
  while (print_arrived(context, *server, left)) {
    if (!server->is_open())
      return report_lost(server->lost_reason());
    std::array<pollfd, 2> entries{
        {{signals.descriptor(), POLLIN, 0}, {server->descriptor(), POLLIN, 0}}};
    if (::poll(entries.data(), entries.size(), -1) <= 0)
      continue;
    if (entries[0].revents != 0)
      return exit_status::done;
    server->pump();
  }
  return exit_status::done;
}

} // namespace

void add_top_command(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<top_options>();
  auto* command = program.add_subcommand("top", "Show queues and counters, refreshed every second");
  add_filter(*command, options->params);
  command->add_flag("--once", options->once, "Print once and exit");
  on_parsed(*command, chosen, options, top);
}

void add_events_command(CLI::App& program, action& chosen) {
  const auto options = std::make_shared<events_options>();
  auto* command = program.add_subcommand("events", "Print job events as they occur");
  add_filter(*command, options->params);
  add_texts(*command, options->params, "--state",
            "Only events of jobs entering this state (can be repeated)", "states");
  command->add_option("--count", options->count, "Exit after this many events")
      ->check(positive_count);
  on_parsed(*command, chosen, options, events);
}

} // namespace rota::client
