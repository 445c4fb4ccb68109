#include "tests/executors/attempt_lives.hpp"

#include "tests/support/docker_backend.hpp"
#include "tests/support/files.hpp"
#include "tests/support/processes.hpp"

#include <algorithm>
#include <csignal>

namespace rota::tests {

using namespace executors;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

namespace {

/// Like the poller: after this many rounds without an attempt, it is fenced.
constexpr int missing_rounds_max = 3;
constexpr int rounds_untended = 16;
constexpr auto round_pause = 40ms;
constexpr auto try_again_after = 100ms;
/// The interface's promise for each call.
constexpr auto call_time_max = 60s;
/// Only a failing test waits this long for an attempt to end.
constexpr auto attempt_patience = 120s;

} // namespace

attempt_lives::attempt_lives(kill_target& target, std::uint64_t seed)
    : target_(target), prefix_("k" + std::to_string(seed % 1'000'000'000) + "-") {
  target_.executor->on_hint([this](const std::string& name) {
    const std::lock_guard lock{mutex_};
    hinted_.insert(name);
    changed_.notify_all();
  });
  lister_ = std::thread{[this] { list_on(); }};
  for (std::size_t number = 1; number <= target_.attempts_at_once; ++number)
    lives_.emplace_back([this, seed, number] { live_on(seed + number); });
}

attempt_lives::~attempt_lives() {
  finish();
  target_.executor.reset(); // its hints call this object
}

void attempt_lives::finish() {
  stops_ = true;
  for (auto& life : lives_)
    life.join();
  lives_.clear();
  is_over_ = true;
  if (lister_.joinable())
    lister_.join();
}

// -- helpers --------------------------------------------------------------------------------------

void attempt_lives::enter(const attempt& one, attempt_phase phase) {
  const std::lock_guard lock{mutex_};
  auto& entry = entered_[phase];
  ++entry.count;
  entry.last = one.name;
  changed_.notify_all();
}

void attempt_lives::fail(const std::string& what) {
  const std::lock_guard lock{mutex_};
  failures_.push_back(what);
}

template <class Call>
auto attempt_lives::timed(const std::string& what, Call call) {
  const auto began = steady::now();
  auto answer = call();
  if (steady::now() - began > call_time_max)
    fail(what + " took longer than a minute");
  return answer;
}

std::ptrdiff_t attempt_lives::lines_with(const std::string& file, const std::string& name) const {
  const auto lines = lines_of(target_.shared / file);
  return std::count(lines.begin(), lines.end(), name);
}

// -- the life of an attempt -----------------------------------------------------------------------

attempt_lives::attempt& attempt_lives::new_attempt(dice& random) {
  const std::lock_guard lock{mutex_};
  auto& one = attempts_.emplace_back();
  one.name = prefix_ + std::to_string(attempts_.size());
  one.code = 1 + static_cast<int>(attempts_.size() % 100);
  const bool is_long = std::bernoulli_distribution{1.0 / 4}(random);
  const auto most = (is_long ? target_.long_time : target_.short_time).count();
  const auto time = std::uniform_int_distribution{decltype(most){0}, most}(random);
  const std::string to = " $ROTA_ATTEMPT >>" + target_.shared_inside;
  one.order = target_.order(one.name, "echo" + to + "/ran; sleep " + std::to_string(time / 1000) +
                                          '.' + std::to_string(1000 + time % 1000).substr(1) +
                                          "; echo $ROTA_ATTEMPT; echo" + to + "/last; exit " +
                                          std::to_string(one.code));
  return one;
}

void attempt_lives::live_on(std::uint64_t seed) {
  dice random{seed};
  while (!stops_)
    live(new_attempt(random));
}

void attempt_lives::live(attempt& one) {
  enter(one, attempt_phase::starting);
  if (!start(one))
    return;
  enter(one, attempt_phase::running);
  watch(one);
  if (one.end == fate::open)
    return;
  enter(one, attempt_phase::removing);
  remove(one);
}

bool attempt_lives::start(attempt& one) {
  const auto until = steady::now() + attempt_patience;
  while (true) {
    const auto begun = timed("start", [&] { return target_.executor->start(one.order); });
    if (begun)
      return true;
    if (begun.error().kind == start_failure_kind::refused || steady::now() > until) {
      fail("start of " + one.name + ": " + begun.error().message);
      return false;
    }
    std::this_thread::sleep_for(try_again_after);
  }
}

/// Watches like the poller, until the attempt has ended, or is lost and fenced.
void attempt_lives::watch(attempt& one) {
  const auto until = steady::now() + attempt_patience;
  int missing = 0;
  std::unique_lock lock{mutex_};
  std::uint64_t last = rounds_begun_; // earlier rounds need not contain it
  while (steady::now() < until) {
    const auto is_news = [&] { return round_ > last || hinted_.contains(one.name); };
    if (!changed_.wait_for(lock, 1s, is_news))
      continue;
    const bool is_hint = hinted_.erase(one.name) > 0;
    std::optional<attempt_state> seen;
    if (const auto found = seen_.find(one.name); found != seen_.end())
      seen = found->second;
    const bool is_round = round_ > last;
    last = std::max(last, round_);
    lock.unlock();
    if ((is_hint && take_result(one)) || (is_round && look_at(one, seen, missing)))
      return;
    lock.lock();
  }
  failures_.push_back(one.name + " does not end: " + one.last_error);
}

/// Returns true once it has ended.
bool attempt_lives::look_at(attempt& one, std::optional<attempt_state> seen, int& missing) {
  if (!seen) {
    if (++missing < missing_rounds_max)
      return false;
    fail(one.name + " was started and is missing from list()");
    return fence(one);
  }
  missing = 0;
  if (*seen == attempt_state::running)
    return false;
  return *seen == attempt_state::ended ? take_result(one) : fence(one);
}

bool attempt_lives::take_result(attempt& one) {
  enter(one, attempt_phase::ended);
  const auto how = timed("result", [&] { return target_.executor->result(one.name); });
  if (!how) { // the next round tries again
    one.last_error = how.error().message;
    return false;
  }
  one.end = fate::ended;
  if (how->signal == SIGTERM && forgotten_ends_++ < target_.forgotten_ends_max)
    return true;
  if (how->exit_code != one.code || how->signal || how->output != one.name + "\n")
    fail(one.name + " is reported wrongly: exit " + std::to_string(how->exit_code.value_or(-1)) +
         ", signal " + std::to_string(how->signal.value_or(0)) + ", \"" + how->message + "\", \"" +
         how->output + "\"");
  return true;
}

bool attempt_lives::fence(attempt& one) {
  enter(one, attempt_phase::fencing);
  if (const auto done = timed("fence", [&] { return target_.executor->fence(one.name); }); !done) {
    one.last_error = done.error().message;
    return false;
  }
  one.end = fate::lost;
  if (!processes_of(one.name).empty())
    fail(one.name + " runs although it is fenced");
  one.runs_at_fence = lines_with("ran", one.name);
  // A late start: check_all() checks that it had no effect.
  (void)timed("late start", [&] { return target_.executor->start(one.order); });
  return true;
}

void attempt_lives::remove(attempt& one) {
  const auto until = steady::now() + attempt_patience;
  while (!timed("remove", [&] { return target_.executor->remove(one.name); })) {
    if (steady::now() > until)
      return fail(one.name + " cannot be removed");
    std::this_thread::sleep_for(try_again_after);
  }
}

void attempt_lives::list_on() {
  while (!is_over_) {
    std::uint64_t round = 0;
    {
      const std::lock_guard lock{mutex_};
      round = ++rounds_begun_;
    }
    const auto all = timed("list", [&] { return target_.executor->list(); });
    if (all) {
      const std::lock_guard lock{mutex_};
      seen_.clear();
      for (const auto& [name, what] : *all)
        seen_[name] = what;
      round_ = round;
      changed_.notify_all();
    }
    if (round % rounds_untended == 0)
      target_.tend();
    std::this_thread::sleep_for(round_pause); // yields the processor
  }
}

// -- for the killer -------------------------------------------------------------------------------

/// Returns the next attempt that enters the phase.
std::optional<std::string> attempt_lives::await(attempt_phase phase,
                                                std::chrono::milliseconds patience) {
  if (phase == attempt_phase::finishing)
    return await_last_act(patience);
  std::unique_lock lock{mutex_};
  const auto before = entered_[phase].count;
  if (!changed_.wait_for(lock, patience, [&] { return entered_[phase].count != before; }))
    return std::nullopt;
  return entered_[phase].last;
}

std::optional<std::string> attempt_lives::await_last_act(std::chrono::milliseconds patience) {
  const auto file = target_.shared / "last";
  std::error_code none;
  const auto before = std::filesystem::file_size(file, none);
  for (const auto until = steady::now() + patience; steady::now() < until;) {
    const auto lines = std::filesystem::file_size(file, none) == before ? std::vector<std::string>{}
                                                                        : lines_of(file);
    if (!lines.empty())
      return lines.back();
    std::this_thread::sleep_for(1ms); // yields the processor
  }
  return std::nullopt;
}

void attempt_lives::check_all(const std::set<std::string>& victims) {
  std::set<std::string> ours;
  for (const attempt& one : attempts_) {
    ours.insert(one.name);
    const auto runs = lines_with("ran", one.name);
    if (runs > 1)
      fail(one.name + " ran " + std::to_string(runs) + " times");
    if (one.end == fate::ended && runs != 1)
      fail(one.name + " ended and never ran");
    if (one.end == fate::lost && runs != one.runs_at_fence)
      fail(one.name + " ran after its fence");
    if (one.end == fate::lost && target_.loses_only_victims && !victims.contains(one.name))
      fail(one.name + " is lost although no part of it was killed");
    if (!processes_of(one.name).empty())
      fail(one.name + " still runs");
    ++(one.end == fate::ended ? ended_ : lost_);
  }
  for (const auto& line : lines_of(target_.shared / "ran"))
    if (!ours.contains(line))
      fail("unknown attempt \"" + line + "\"");
  const auto all = target_.executor->list();
  if (!all || !all->empty())
    fail("list() still reports attempts");
  soon([&] { return target_.leftovers().empty(); });
  for (const auto& what : target_.leftovers())
    fail("left behind: " + what);
}

} // namespace rota::tests
