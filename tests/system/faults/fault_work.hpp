// A client that works while something breaks, and the checks afterwards.
#pragma once
#include "tests/system/faults/fault_daemon.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rota::tests::fault {

/// Pushes and completes jobs and records what was acknowledged.
class acknowledged_work {
public:
  /// Payloads have about this many bytes.
  explicit acknowledged_work(std::size_t payload_bytes = 300) : payload_bytes_(payload_bytes) {}

  /// Pushes some jobs, completes one of them and changes a setting. Throws the client's exceptions:
  /// `refused`, or loss of the connection; nothing is recorded then.
  void step(test_client& daemon);
  struct outcome {
    std::size_t refusals = 0;
    bool lost = false; ///< The connection was lost.
  };
  /// Repeats step() until the connection is lost or the count is reached. Requests may be refused
  /// only with kind `unavailable`.
  outcome steps(const wire::endpoint& where, std::size_t count);
  /// Returns what was acknowledged and is missing. Then repeats the unanswered pushes, which must
  /// return the same jobs or create them.
  std::vector<std::string> missing(test_client& daemon);

  std::size_t acknowledged() const { return ids_.size(); }

private:
  struct fact {
    std::string id; ///< Empty if the push was not answered.
    std::string payload;
    std::string result;             ///< Of an acknowledged completion; else empty.
    bool settle_unanswered = false; ///< A completion was not answered.
  };

  std::string push_text(const std::string& key) const;
  void push(test_client& daemon, const std::vector<std::string>& keys);
  std::string compare(const fact& known, const json& seen) const;

  std::size_t payload_bytes_;
  std::uint64_t count_ = 0;
  std::map<std::string, fact> facts_;      ///< By idempotency key.
  std::map<std::string, std::string> ids_; ///< From id to key.
  std::uint64_t setting_ = 0;              ///< The last acknowledged value.
  std::uint64_t setting_tried_ = 0;        ///< The last value sent.
};

/// A daemon under a fault, and the work that must survive it.
struct tested_daemon {
  faulty_daemon daemon;
  acknowledged_work work;

  explicit tested_daemon(std::filesystem::path data = {},
                         acknowledged_work done = acknowledged_work{})
      : daemon(std::move(data)), work(std::move(done)) {}

  acknowledged_work::outcome steps(std::size_t count) {
    return work.steps(daemon.endpoint(), count);
  }
  /// Repeats steps until one is accepted; returns false if that never happens.
  bool works_again();
  /// The acknowledged changes that are missing, as one text.
  std::string missing();
  /// The same after a kill and a start without faults; or the reason why the daemon does not start.
  std::string missing_after_restart();
};

} // namespace rota::tests::fault
