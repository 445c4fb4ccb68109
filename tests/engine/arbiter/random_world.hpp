// A random world around an arbiter: jobs in plain vectors, queues that answer late, asks, and
// limits that change. One thing happens per step, and the naive model in tests/model checks the
// arbiter's decisions. A seed reproduces its run exactly.
#pragma once
#include "tests/engine/arbiter/arbiter_fixture.hpp"
#include "tests/model/watched_arbiter.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace rota::engine::test {

/// Thrown when a promise is broken.
struct broken_promise : std::logic_error {
  using std::logic_error::logic_error;
};

/// What a run may contain.
struct world_shape {
  std::uint64_t seed = 1;
  int tenants = 4;
  int types = 3;
  int keys = 2;
  bool own_caps = true;
  bool shared_caps = true;
  bool rates = true;
  bool slots = true;
  bool batches = true;
  bool linger = true;
  bool costs = true;
  bool weights = true;
  bool pauses = true;
  bool cancels = true;     ///< Jobs disappear between grant and take.
  bool late_queues = true; ///< Queues answer grants several steps later.
  bool typed_asks = true;
  bool changing = true; ///< Settings change during the run.
  bool reservations = false;
};

class random_world {
public:
  explicit random_world(const world_shape& shape);
  /// One random action. Throws broken_promise.
  void step();
  std::uint64_t decisions() const { return arbiter_.decisions(); }
  /// The worst ratio of gap to bound: over all tenants, and within types and classes.
  double worst_b1() const { return referee_->fairness.worst_at_its_time().ratio; }
  double worst_b1t() const;

private:
  struct queue {
    queue_number number;
    int type = 0;
    int tenant = 0;
    std::vector<job_lane> lanes;
    std::deque<grant> inbox;
    std::uint64_t seen = 0;
    bool paused = false;
  };
  struct running {
    serial attempt;
    bool taken = false;
    time_point at;
  };

  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  bool chance(int percent) { return pick(100) < static_cast<std::uint64_t>(percent); }

  void set_up();
  void randomize_type(int type);
  void randomize_tenant(int tenant);
  void randomize_pool();
  void randomize_key(int key);
  void change_settings();
  void push();
  void cancel();
  void pause();
  void withdraw();
  void answer(queue& q);
  void report(queue& q);
  void end_one();
  void make_ask();
  void pass_time();
  void finish_step();

  world_shape shape_;
  std::mt19937_64 random_;
  serial_source serials_{1};
  std::shared_ptr<model::referee> referee_;
  model::watched_arbiter arbiter_;
  time_point now_ = from_us(1'700'000'000'000'000);
  std::vector<queue> queues_;
  std::vector<running> running_;
  std::uint64_t step_ = 0;
  std::uint64_t next_ask_ = 0;
};

} // namespace rota::engine::test
