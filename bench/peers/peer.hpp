// What the benches know of a system under measure: its clients, the load by them, and the system itself.
#pragma once

#include "bench/common/measure.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rota::bench {

/// Some connections to one system, in one thread. Each connection does one thing at a time: a
/// push, a pop or a completion, of a batch whose size was told when they were made. It is begun by a call and ends in poll().
class peer_clients {
public:
  /// Something ended on a connection, with so many jobs. It may begin the next thing there.
  using done_handler = std::function<void(std::size_t connection, std::size_t jobs)>;

  virtual ~peer_clients() = default;

  [[nodiscard]] virtual std::size_t size() const = 0;
  /// Pushes a batch of jobs of a tenant.
  virtual void push(std::size_t connection, std::uint32_t tenant) = 0;
  /// Takes up to a batch of jobs, none when nothing waits. `turn` is the tenant whose turn it is in
  /// a round robin, for systems that leave that choice to their clients; the others ignore it.
  virtual void pop(std::size_t connection, std::uint32_t turn) = 0;
  /// Ends all jobs that the last pop on that connection took; there was at least one.
  virtual void complete(std::size_t connection) = 0;
  /// Whose the jobs were that the last pop on that connection took, in the order in which they came.
  [[nodiscard]] virtual const std::vector<std::uint32_t>& tenants(std::size_t connection) const = 0;
  /// Waits until something happens, at most `patience`; false when nothing did. Throws when the
  /// system refuses anything.
  virtual bool poll(std::chrono::nanoseconds patience, const done_handler& done) = 0;
};

/// What a load came to.
struct load_result {
  std::uint64_t pushed = 0;
  std::uint64_t taken = 0; ///< Popped and completed.
  double seconds = 0;
  sample_set pop_ms; ///< Of each pop that got something, from sending to its answer.
};

/// Whose turn it is to get jobs and, in the systems that leave that to their clients, to give some.
/// It goes along with what waits in a system, from load to load.
struct tenant_turns {
  std::uint32_t push = 0;
  std::uint32_t pop = 0;
};

/// How long and how much at most.
struct load_limit {
  std::chrono::nanoseconds time = std::chrono::hours(1);
  std::uint64_t jobs = std::numeric_limits<std::uint64_t>::max();
};

/// Some connections to one system that are kept busy with one request of a batch of jobs after the
/// other, for the tenants in turn. What is under way at the end of the time is ended and counted.
class peer_load {
public:
  virtual ~peer_load() = default;

  [[nodiscard]] virtual load_result push(const load_limit& limit) = 0;
  /// Pops, and completes what was popped. Ends early when a connection found nothing many times.
  [[nodiscard]] virtual load_result take(const load_limit& limit) = 0;
  /// Push, pop, complete, round and round on each connection.
  [[nodiscard]] virtual load_result cycle(const load_limit& limit) = 0;
};

/// What a bench does with a system.
struct peer_shape {
  std::uint32_t tenants = 1;
  std::size_t batch = 1; ///< Jobs a request.
};

/// What a table says of a system.
struct peer_traits {
  std::string name;
  std::string durability;           ///< What a change is when it is answered.
  std::string rota;                 ///< The rota with the same promise.
  std::string choice;               ///< Who is served next.
  std::uint32_t fewest_tenants = 1; ///< With less it would be the same as another system.
  std::uint32_t most_tenants = 999999;
  std::size_t smallest_batch = 1; ///< As the fewest tenants.
};

/// A system under measure: a server of our own on a folder of its own, on a port that was free.
class peer {
public:
  explicit peer(peer_traits traits) : traits_(std::move(traits)) {}
  virtual ~peer() = default;

  [[nodiscard]] const peer_traits& traits() const { return traits_; }
  /// Makes it ready for jobs of that shape, and for smaller batches. What waited is gone; what it has
  /// learnt of its tenants stays, if it learns.
  virtual void prepare(const peer_shape& shape) = 0;
  /// Between the two, a system that would take long to fill may forget its promise.
  virtual void begin_fill() {}
  virtual void end_fill() {}
  /// New connections to load it with requests of `batch` jobs. `turns` goes along with what waits.
  [[nodiscard]] virtual std::unique_ptr<peer_load> open(std::size_t connections, std::size_t batch,
                                                        tenant_turns& turns) = 0;
  /// New connections to do anything with; none when its clients live in another process.
  [[nodiscard]] virtual std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                              std::size_t batch) = 0;
  /// Ends it with SIGKILL and starts it again on its folder; returns the seconds until it answers.
  virtual double restart() = 0;
  /// The processes of the server.
  [[nodiscard]] virtual std::vector<int> processes() const = 0;

private:
  peer_traits traits_;
};

} // namespace rota::bench
