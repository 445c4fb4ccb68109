// The clients that use a daemon until it is killed. Each is used by one thread at a time and
// continues with its state when the daemon is back.
#pragma once
#include "tests/system/crash/crash_model.hpp"
#include "tests/system/support/test_client.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace rota::tests::crash {

/// Works until the connection is lost.
class participant {
public:
  participant(model& known, std::uint64_t seed) : known_(known), random_(seed) {}
  virtual ~participant() = default;
  participant(const participant&) = delete;
  participant& operator=(const participant&) = delete;

  void work(const wire::endpoint& where);

protected:
  virtual void step(test_client& daemon) = 0;
  /// The connection was lost during step().
  virtual void interrupted() {}

  std::uint64_t one_of(std::uint64_t count) { return random_() % count; }
  bool percent(std::uint64_t chance) { return one_of(100) < chance; }

  model& known_;
  std::mt19937_64 random_;
};

/// Pushes new jobs, and repeats some pushes with keys.
class producer final : public participant {
public:
  using participant::participant;

private:
  void step(test_client& daemon) override;
  job_spec random_spec();
};

/// Pops leases of all kinds and settles them in all ways, some of them only after a restart.
class worker final : public participant {
public:
  using participant::participant;

private:
  struct lease {
    std::string id;
    std::vector<std::string> jobs;
    bool settle_unanswered = false; ///< An earlier settle of it was never answered.
  };

  void step(test_client& daemon) override;
  void interrupted() override;
  void pop(test_client& daemon);
  void settle(test_client& daemon);
  void complete(test_client& daemon, const lease& of);
  void complete_each(test_client& daemon, const lease& of);
  void release(test_client& daemon, const lease& of);
  void defer(test_client& daemon, const lease& of);
  void extend(test_client& daemon, const lease& of);
  std::string outcome(const std::string& job, std::string& result);
  void taken(const lease& of, const std::string& job, const json& item, const std::string& result);
  void lost(const lease& of);

  std::vector<lease> leases_;
  std::size_t asked_for_ = 0;         ///< Jobs of the pop in flight.
  std::vector<std::string> settling_; ///< Jobs of the settle in flight.
};

/// Cancels jobs, pauses queues, changes settings and reads.
class controller final : public participant {
public:
  using participant::participant;

private:
  void step(test_client& daemon) override;
  void cancel(test_client& daemon);
  void pause(test_client& daemon);
  void put(test_client& daemon);
  void read_limits(test_client& daemon);
};

} // namespace rota::tests::crash
