#include "cmd/rotad/console/operator_methods.hpp"

#include "actors/runtime/backup_check.hpp"
#include "json/write.hpp"
#include "wire/reading.hpp"
#include "wire/time_text.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

namespace rota::daemon {
namespace {

using wire::error_kind;

/// Returns an object whose members are written by `members`.
template <class Members>
std::string json_object(Members&& members) {
  return json_text([&](json_writer& out) {
    out.begin_object();
    members(out);
    out.end_object();
  });
}

/// An error of a folder that the operator named and can correct.
wire::answer refusal_of(const persistence::store_error& error) {
  return wire::failure(error_kind::invalid, error.message);
}

struct folder_request {
  std::string folder;
};
void members(auto& io, engine::form_of<folder_request> auto& r) {
  io("folder", r.folder, required(engine::any_value));
}
/// Relative paths would depend on the daemon's working directory.
void agree(auto& check, const folder_request& r) {
  check(std::filesystem::path{r.folder}.is_absolute(), {"folder"}, "must be an absolute path");
}

/// In the order of `levels`.
constexpr std::string_view level_words[] = {"debug", "info", "warning", "error", "critical"};
constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                spdlog::level::warn, spdlog::level::err,
                                                spdlog::level::critical};

struct level_request {
  std::string level; ///< Empty: unchanged.
};
void members(auto& io, engine::form_of<level_request> auto& r) {
  io("level", r.level, engine::rule<engine::word_text>{{level_words}});
}

/// Milliseconds, or null to stop the tracing.
struct trace_limit {
  std::chrono::microseconds value = actors::slow_messages::off;
};

bool read(const wire::param& p, const engine::rule<engine::anything>&, trace_limit& into) {
  constexpr auto range = engine::numbers(0, 3'600'000);
  double ms = 0;
  if (p.value().is_null())
    return true;
  if (!wire::read(p, range, ms))
    return false;
  into.value = std::chrono::microseconds{std::llround(ms * 1000)};
  return true;
}

struct trace_request {
  std::optional<trace_limit> above_ms; ///< Nothing: unchanged.
};
void members(auto& io, engine::form_of<trace_request> auto& r) { io("above_ms", r.above_ms); }

double ms_of(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; }

void write_slow_message(json_writer& out, const actors::slow_message& message) {
  out.begin_object();
  out.member("at", wire::time_text(engine::to_us(message.ended)));
  out.member("took_ms", ms_of(message.took));
  out.member("actor", message.actor).member("of", message.of).member("message", message.message);
  out.member("waiting", message.waiting);
  out.end_object();
}

std::string_view name_of(spdlog::level::level_enum level) {
  const auto* at = std::find(std::begin(levels), std::end(levels), level);
  return at == std::end(levels) ? "off" : level_words[at - std::begin(levels)];
}

void write_actor(json_writer& out, std::string_view actor, std::string_view executor,
                 std::uint64_t count, std::optional<std::size_t> mailbox) {
  out.begin_object().member("actor", actor);
  if (!executor.empty())
    out.member("executor", executor);
  out.member("count", count);
  if (mailbox)
    out.member("mailbox", *mailbox);
  else
    out.key("mailbox").null();
  out.end_object();
}

/// Reads the params, or answers the request with their error.
template <class Request>
std::optional<Request> read_request(std::uint64_t number, json_value params,
                                    const operator_methods::answer_handler& answer) {
  auto read = wire::read_params<Request>(params);
  if (read)
    return *std::move(read);
  answer(number, wire::invalid_params(read.error()));
  return std::nullopt;
}

} // namespace

std::string format_actors(const actors::runtime_figures& figures) {
  return json_object([&](json_writer& out) {
    out.key("actors").begin_array();
    for (const auto& load : figures.loads)
      write_actor(out, load.actor, load.executor, load.actor == "session" ? figures.sessions : 1,
                  load.mailbox);
    write_actor(out, "queue", {}, figures.queues, std::nullopt);
    write_actor(out, "supervisor", {}, 1, std::nullopt);
    out.end_array();
  });
}

operator_methods::operator_methods(boost::asio::io_context& io, answer_handler answer)
    : io_(io), answer_(std::move(answer)) {}

operator_methods::~operator_methods() {
  if (worker_.joinable())
    worker_.join();
}

const std::vector<operator_methods::entry>& operator_methods::table() {
  static const std::vector<entry> all{
      {"console.journal", &operator_methods::show_journal},
      {"console.snapshot", &operator_methods::take_snapshot},
      {"console.back_up", &operator_methods::back_up},
      {"console.check_backup", &operator_methods::check_backup},
      {"console.log_level", &operator_methods::change_log_level},
      {"console.slow_messages", &operator_methods::trace_slow_messages},
  };
  return all;
}

bool operator_methods::has(std::string_view method) const {
  return std::any_of(table().begin(), table().end(),
                     [&](const entry& each) { return each.name == method; });
}

void operator_methods::serve(std::uint64_t request, std::string_view method, json_value params,
                             const runtime_ptr& runtime) {
  for (const entry& each : table())
    if (each.name == method)
      return (this->*each.serve)(request, params, runtime);
}

// -- inspection -----------------------------------------------------------------------------------

void operator_methods::show_journal(std::uint64_t request, json_value params,
                                    const runtime_ptr& runtime) {
  if (!read_request<wire::no_params>(request, params, answer_))
    return;
  const auto seen = runtime->view();
  const auto& stats = seen.journal;
  const auto commit = std::chrono::duration_cast<std::chrono::microseconds>(stats.last_commit);
  answer_(request, json_object([&](json_writer& out) {
            out.member("appended", seen.appended.value);
            out.member("durable", seen.durable.value);
            out.member("commits", stats.commits);
            out.member("events", stats.events);
            out.member("bytes", stats.bytes);
            out.member("syncs", stats.syncs);
            out.member("last_commit_us", commit.count());
            out.member("uncut_bytes", stats.uncut_bytes);
            out.member("cuts", stats.cuts);
            out.key("snapshot").begin_object();
            out.member("dirty_queues", stats.dirty_queues);
            out.member("row_pieces", stats.row_slices);
            out.member("offers_waiting", stats.offers_waiting);
            out.end_object().key("history").begin_object();
            out.member("jobs", stats.history_jobs);
            out.member("blocks", stats.history_blocks);
            out.end_object();
          }));
}

// -- snapshots and backups ------------------------------------------------------------------------

void operator_methods::take_snapshot(std::uint64_t request, json_value params,
                                     const runtime_ptr& runtime) {
  if (!read_request<wire::no_params>(request, params, answer_))
    return;
  snapshot_requests_.push_back(request);
  // A snapshot that is already in progress answers this request, too.
  if (snapshot_requests_.size() == 1)
    runtime->snapshot([this] { boost::asio::post(io_, [this] { snapshot_taken(); }); });
}

void operator_methods::snapshot_taken() {
  for (const auto request : std::exchange(snapshot_requests_, {}))
    answer_(request, json_object([](json_writer& out) { out.member("written", true); }));
}

void operator_methods::back_up(std::uint64_t request, json_value params,
                               const runtime_ptr& runtime) {
  const auto wanted = read_request<folder_request>(request, params, answer_);
  if (!wanted)
    return;
  in_background(request, [runtime, folder = wanted->folder]() -> wire::answer {
    const auto begun = std::chrono::steady_clock::now();
    const auto position = runtime->view().durable;
    if (const auto done = runtime->back_up(folder); !done)
      return refusal_of(done.error());
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begun);
    spdlog::info("created a backup in {}", folder);
    return json_object([&](json_writer& out) {
      out.member("folder", folder);
      out.member("position", position.value);
      out.member("took_ms", took.count());
    });
  });
}

void operator_methods::check_backup(std::uint64_t request, json_value params, const runtime_ptr&) {
  const auto wanted = read_request<folder_request>(request, params, answer_);
  if (!wanted)
    return;
  in_background(request, [folder = wanted->folder]() -> wire::answer {
    const auto summary = actors::check_backup(folder);
    if (!summary)
      return refusal_of(summary.error());
    return json_object([&](json_writer& out) {
      out.member("folder", folder);
      out.member("position", summary->position);
      out.member("queues", summary->queues);
      out.member("jobs", summary->jobs);
    });
  });
}

void operator_methods::in_background(std::uint64_t request, std::function<wire::answer()> work) {
  if (busy_)
    return answer_(request, wire::wrong_state("busy", "another backup or check is in progress"));
  if (worker_.joinable())
    worker_.join();
  busy_ = true;
  worker_ = std::thread{[this, request, work = std::move(work)]() mutable {
    auto what = work();
    work = nullptr; // may release the last reference to a runtime
    boost::asio::post(io_, [this, request, what = std::move(what)] {
      busy_ = false;
      answer_(request, what);
    });
  }};
}

// -- the log --------------------------------------------------------------------------------------

void operator_methods::change_log_level(std::uint64_t request, json_value params,
                                        const runtime_ptr&) {
  const auto wanted = read_request<level_request>(request, params, answer_);
  if (!wanted)
    return;
  if (const auto* word = std::find(std::begin(level_words), std::end(level_words), wanted->level);
      word != std::end(level_words))
    spdlog::set_level(levels[word - std::begin(level_words)]);
  answer_(request,
          json_object([](json_writer& out) { out.member("level", name_of(spdlog::get_level())); }));
}

// -- slow messages --------------------------------------------------------------------------------

void operator_methods::trace_slow_messages(std::uint64_t request, json_value params,
                                           const runtime_ptr& runtime) {
  const auto wanted = read_request<trace_request>(request, params, answer_);
  if (!wanted)
    return;
  if (wanted->above_ms)
    runtime->slow().trace(wanted->above_ms->value);
  const auto seen = runtime->slow().snapshot();
  answer_(request, json_object([&](json_writer& out) {
            out.key("above_ms");
            if (seen.limit == actors::slow_messages::off)
              out.null();
            else
              out.number(ms_of(seen.limit));
            out.member("seen", seen.seen);
            out.key("messages").begin_array();
            for (const auto& message : seen.latest)
              write_slow_message(out, message);
            out.end_array();
          }));
}

} // namespace rota::daemon
