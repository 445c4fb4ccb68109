// A system under measurement, as the benches see it: its clients, the load they make, and the
// system itself.
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

/// Several connections to one system, in one thread. Each connection has one request in flight: a
/// push, a pop or a completion of a batch, whose size is fixed at construction. A call starts it;
/// it ends in poll().
class peer_clients {
public:
  /// A request on a connection has ended, with so many jobs. The handler may start the next one
  /// there.
  using done_handler = std::function<void(std::size_t connection, std::size_t jobs)>;

  virtual ~peer_clients() = default;

  [[nodiscard]] virtual std::size_t size() const = 0;
  /// Pushes a batch of jobs of a tenant.
  virtual void push(std::size_t connection, std::uint32_t tenant) = 0;
  /// Takes up to a batch of jobs, or none if nothing waits. `turn` is the next tenant of a round
  /// robin, for systems that leave this choice to their clients; the others ignore it.
  virtual void pop(std::size_t connection, std::uint32_t turn) = 0;
  /// Completes all jobs of the last pop on that connection; there must be at least one.
  virtual void complete(std::size_t connection) = 0;
  /// The tenants of the jobs of the last pop on that connection, in order of arrival.
  [[nodiscard]] virtual const std::vector<std::uint32_t>& tenants(std::size_t connection) const = 0;
  /// Waits until something happens; returns false if nothing does within `timeout`. Throws if the
  /// system refuses a request.
  virtual bool poll(std::chrono::nanoseconds timeout, const done_handler& done) = 0;
};

/// The result of a load.
struct load_result {
  std::uint64_t pushed = 0;
  std::uint64_t taken = 0; ///< Jobs popped and completed.
  double seconds = 0;
  sample_set pop_ms; ///< Latency of each pop that returned jobs.
};

/// The next tenant to push for and, in systems that leave the choice to their clients, the next one
/// to pop for. Kept together with the system's waiting jobs, from load to load.
struct tenant_turns {
  std::uint32_t push = 0;
  std::uint32_t pop = 0;
};

/// A load ends at the first of these limits.
struct load_limit {
  std::chrono::nanoseconds time = std::chrono::hours(1);
  std::uint64_t jobs = std::numeric_limits<std::uint64_t>::max();
};

/// The cycle that each connection of a load repeats.
enum class peer_work : std::uint8_t {
  push,
  take, ///< Pops, and completes what was popped. Ends early if a connection often finds nothing.
  cycle ///< Push, pop, complete.
};

/// Several connections to one system, each kept busy with one batch request at a time, for the
/// tenants in turn. Requests in flight at the end are completed and counted.
class peer_load {
public:
  virtual ~peer_load() = default;
  [[nodiscard]] virtual load_result run(peer_work what, const load_limit& limit) = 0;
};

/// The work that a bench does with a system.
struct peer_shape {
  std::uint32_t tenants = 1;
  std::size_t batch = 1; ///< Jobs per request.
};

/// A system's description in a table.
struct peer_traits {
  std::string name;
  std::string durability;        ///< How durable a change is when it is answered.
  std::string rota;              ///< Name of the rota variant with the same durability.
  std::string choice;            ///< How the next job is chosen.
  std::uint32_t tenants_min = 1; ///< With fewer it would be equivalent to another system.
  std::uint32_t tenants_max = 999999;
  std::size_t batch_min = 1; ///< As for `tenants_min`.

  /// Returns whether the system can do work of this shape, and differs from the others there.
  [[nodiscard]] bool takes(const peer_shape& shape) const {
    return shape.tenants >= tenants_min && shape.tenants <= tenants_max && shape.batch >= batch_min;
  }
};

/// A system under measurement: its own server, on its own folder and a free port.
class peer {
public:
  explicit peer(peer_traits traits) : traits_(std::move(traits)) {}
  virtual ~peer() = default;

  [[nodiscard]] const peer_traits& traits() const { return traits_; }
  /// Prepares it for jobs of this shape, and for smaller batches. Removes waiting jobs; a system
  /// that learns about its tenants keeps that knowledge.
  virtual void prepare(const peer_shape& shape) = 0;
  /// Between these two calls, a system that takes long to fill may give up durability.
  virtual void begin_fill() {}
  virtual void end_fill() {}
  /// Opens new connections that load it with requests of `batch` jobs. `turns` is kept with its
  /// waiting jobs.
  [[nodiscard]] virtual std::unique_ptr<peer_load> open(std::size_t connections, std::size_t batch,
                                                        tenant_turns& turns) = 0;
  /// Opens new connections for any use; nothing if its clients run in another process.
  [[nodiscard]] virtual std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                              std::size_t batch) = 0;
  /// Ends it with SIGKILL and starts it on the same folder; returns the seconds until it answers.
  virtual double restart() = 0;
  /// The process ids of the server.
  [[nodiscard]] virtual std::vector<int> processes() const = 0;

private:
  peer_traits traits_;
};

/// Pushes `requests` batches over its own connections, as fast as the system accepts them.
void fill(peer& system, const peer_shape& shape, tenant_turns& turns, std::uint64_t requests);
/// Takes `jobs` jobs. Throws if there are fewer.
void drain(peer& system, const peer_shape& shape, tenant_turns& turns, std::uint64_t jobs);

} // namespace rota::bench
