// A naive world around an arbiter: jobs in plain vectors, queues that answer late, asks, limits. It
// computes who is eligible from scratch at every decision and throws model_error when the arbiter
// breaks a promise. The same seed always plays the same run.
#pragma once
#include "engine/arbiter/arbiter.hpp"
#include "engine/arbiter/rate_bucket.hpp"

#include <deque>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace rota::engine::test {

struct model_error : std::logic_error {
  using std::logic_error::logic_error;
};

inline std::string type_name(int i) { return "type" + std::to_string(i); }
inline std::string tenant_name(int i) { return "tenant" + std::to_string(i); }
inline std::string key_name(int i) { return "key" + std::to_string(i); }

/// What a run may contain.
struct model_shape {
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
  bool cancels = true;     ///< Jobs vanish between grant and take.
  bool late_queues = true; ///< Queues answer grants some steps later.
  bool typed_asks = true;
  bool changing = true; ///< Settings change while running.
  bool reservations = false;
};

class arbiter_model {
public:
  explicit arbiter_model(const model_shape& shape);
  /// One random thing happens, then the arbiter's effects are checked.
  void step();
  std::uint64_t decisions() const { return decisions_; }
  double worst_b1() const { return worst_b1_; }
  double worst_b1t() const { return worst_b1t_; }

private:
  struct job {
    order_key order = 0;
    std::int64_t cost = 1;
  };
  struct lane {
    std::shared_ptr<const lane_traits> traits;
    std::vector<job> jobs;
    time_point linger_until{};
    bool changed = false;
    // what the arbiter was told, and what it granted since
    std::uint32_t told = 0;
    std::uint32_t known = 0;
    bool uniform = true;
    time_point told_linger{};
    std::uint32_t granted = 0;
    std::uint32_t ready() const { return told > granted ? told - granted : 0; }
  };
  struct queue {
    queue_number number;
    int type = 0;
    int tenant = 0;
    std::vector<lane> lanes;
    std::deque<grant> inbox;
    std::uint64_t seen = 0;
    bool paused = false;
  };
  struct running {
    serial attempt;
    int type = 0;
    int tenant = 0;
    std::string key;
    micro slots;
    bool taken = false;
    time_point at;
  };
  struct waiting {
    ask what;
    std::uint32_t given = 0;
    bool given_now = false;
  };
  struct tenant_side {
    tenant_settings settings;
    std::int64_t largest = 1;
    bool inexact = false;
    bool live = false;
  };
  /// What the first of a pair got more than the second: W_f x w_g - W_g x w_f.
  struct pair_run {
    bool on = false;
    std::int64_t ahead = 0, least = 0, most = 0;
  };
  struct rate_log {
    std::optional<rate_settings> rate;
    rate_bucket
        bucket; ///< Has tests of its own; tells who is eligible, the starts what is allowed.
    std::map<serial, rate_bucket::receipt> receipts;
    std::vector<std::pair<serial, time_point>> starts;
  };

  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  bool chance(int percent) { return pick(100) < static_cast<std::uint64_t>(percent); }

  void set_up();
  void randomize_type(int type);
  void randomize_tenant(int tenant);
  void randomize_pool();
  void randomize_key(int key);
  void push();
  void cancel();
  void pause();
  void answer(queue& q);
  void tell(queue& q);
  void end_one();
  void make_ask();
  void pass_time();
  void change_settings();

  void check_effects();
  void check_grant(const grant& g);
  void check_turn(const grant& g, const std::vector<bool>& can);
  void check_asks(const arbiter_effects& effects);
  void check_limits(const grant& g, const lane& from, const queue& q);
  void set_rate(rate_log& log, const std::optional<rate_settings>& rate);
  void check_rate(rate_log& log, const grant& g, const std::string& what);
  void check_pairs(const grant& g, int chosen, const std::vector<bool>& can, const ask& what);
  void end_runs(int tenant);
  void note(pair_run& run, bool both, int f, int g, int chosen, std::int64_t cost, double& worst,
            const char* promise);
  void check_returns(const grant& g, int chosen, const std::vector<bool>& can);
  void check_tags(const grant& g, int chosen, const std::vector<bool>& can);

  std::int64_t running_of(int type, int tenant, const std::string& key) const; // -1, "": any
  micro free_slots() const;
  bool rate_allows(const std::string& name, bool of_type) const;
  bool own_live(const queue& q) const;
  bool lingers(const lane& l) const;
  bool type_open(int type) const;
  bool wants(const ask& what, int type) const;
  bool key_open(const lane& l) const;
  bool eligible(const queue& q, const lane& l, const ask& what) const;
  std::vector<bool> eligible_tenants(const ask& what) const;
  bool unread_possible(const ask& what) const;
  bool may_hang(const ask& what) const;
  std::set<int> live_types(int tenant) const;
  std::optional<std::string> live_class(int tenant) const;
  std::int64_t weight(int tenant) const { return tenants_[tenant].settings.weight.value; }
  waiting* find_ask(ask_id id);
  [[noreturn]] void fail(const std::string& what) const;

  model_shape shape_;
  std::mt19937_64 random_;
  serial_source serials_{1};
  arbiter arbiter_{serials_};
  time_point now_ = from_us(1'700'000'000'000'000);
  std::vector<queue> queues_;
  std::vector<tenant_side> tenants_;
  std::vector<type_settings> types_;
  std::map<std::string, key_settings> keys_;
  pool_settings pool_;
  std::vector<running> running_;
  std::vector<waiting> asks_;
  std::map<std::string, rate_log> rates_; // "type <name>", "key <name>"
  std::map<std::pair<int, int>, pair_run> b1_, b1t_, b1c_;
  std::vector<std::map<int, int>> turns_since_return_; // of each tenant: turns of the others
  std::vector<bool> returned_;
  virtual_time time_;
  std::uint64_t decisions_ = 0;
  std::uint64_t step_ = 0;
  std::uint64_t next_ask_ = 0;
  std::size_t grants_in_step_ = 0;
  double worst_b1_ = 0;
  double worst_b1t_ = 0;
};

} // namespace rota::engine::test
