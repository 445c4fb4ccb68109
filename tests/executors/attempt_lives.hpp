// Attempts on a backend, several at a time and one after the other, managed as a runner and a
// poller do. Records every broken promise of the executor.
#pragma once
#include "tests/executors/backend_kills.hpp"

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace rota::tests {

class attempt_lives {
public:
  attempt_lives(kill_target& target, std::uint64_t seed);
  /// Calls finish().
  ~attempt_lives();
  attempt_lives(const attempt_lives&) = delete;
  attempt_lives& operator=(const attempt_lives&) = delete;

  /// Returns the next attempt that enters the phase; nothing if none does in time.
  std::optional<std::string> await(attempt_phase phase, std::chrono::milliseconds patience);

  /// Begins no more attempts and lets the living ones end.
  void finish();

  /// After finish(): checks for attempts that ran twice, were forgotten or were left behind.
  void check_all(const std::set<std::string>& victims);

  void fail(const std::string& what);
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }
  [[nodiscard]] std::size_t ended() const { return ended_; }
  [[nodiscard]] std::size_t lost() const { return lost_; }

private:
  enum class fate : std::uint8_t { open, ended, lost };
  struct attempt {
    std::string name;
    executors::start_order order;
    int code = 0;
    fate end = fate::open;
    std::string last_error; ///< Why its last report or fence failed.
    std::ptrdiff_t runs_at_fence = 0;
  };

  void live_on(std::uint64_t seed);
  attempt& new_attempt(dice& random);
  void live(attempt& one);
  bool start(attempt& one);
  void watch(attempt& one);
  bool look_at(attempt& one, std::optional<executors::attempt_state> seen, int& missing);
  bool take_result(attempt& one);
  bool fence(attempt& one);
  void remove(attempt& one);
  void list_on();
  std::optional<std::string> await_last_act(std::chrono::milliseconds patience);

  void enter(const attempt& one, attempt_phase phase);
  /// Makes a call of the interface and checks that it returns in time.
  template <class Call>
  auto timed(const std::string& what, Call call);
  [[nodiscard]] std::ptrdiff_t lines_with(const std::string& file, const std::string& name) const;

  kill_target& target_;
  const std::string prefix_;
  std::atomic<bool> stops_ = false;
  std::atomic<bool> is_over_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<attempt> attempts_;
  std::vector<std::string> failures_;
  std::atomic<std::size_t> forgotten_ends_{0};
  std::uint64_t rounds_begun_ = 0;
  std::uint64_t round_ = 0; ///< The round of `seen_`.
  std::map<std::string, executors::attempt_state> seen_;
  std::set<std::string> hinted_;
  struct entries {
    std::uint64_t count = 0;
    std::string last;
  };
  std::map<attempt_phase, entries> entered_;
  std::size_t ended_ = 0;
  std::size_t lost_ = 0;

  std::vector<std::thread> lives_;
  std::thread lister_;
};

} // namespace rota::tests
