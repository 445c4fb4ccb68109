#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
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

} // namespace rota::bench
