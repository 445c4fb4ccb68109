// Work that is done while something breaks, and what of it must be there afterwards.
#pragma once
#include "tests/system/faults/fault_daemon.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rota::tests::fault {

/// Pushes and completes jobs and keeps what was acknowledged.
class acknowledged_work {
public:
  /// Payloads of about so many bytes.
  explicit acknowledged_work(std::size_t payload_bytes = 300) : payload_bytes_(payload_bytes) {}

  /// Pushes some jobs, completes one of them and changes a setting. Throws what the client throws:
  /// `refused`, or the loss of the connection. Then nothing more is known than before.
  void step(test_client& daemon);
  struct outcome {
    std::size_t refusals = 0;
    bool lost = false; ///< The connection went.
  };
  /// step() until the connection is lost or so many steps are done. Only the kind `unavailable` may
  /// refuse one.
  outcome steps(const wire::endpoint& where, std::size_t count);
  /// What was acknowledged and isn't there. Then pushes again what was never answered: that must
  /// give the same jobs or make them.
  std::vector<std::string> missing(test_client& daemon);

  std::size_t acknowledged() const { return ids_.size(); }

private:
  struct fact {
    std::string id; ///< Empty: the push was never answered.
    std::string payload;
    std::string result;    ///< Acknowledged; else empty.
    bool doubtful = false; ///< A completion was never answered.
  };

  std::string push_text(const std::string& key) const;
  void push(test_client& daemon, const std::vector<std::string>& keys);
  std::string compare(const fact& known, const json& seen) const;

  std::size_t payload_bytes_;
  std::uint64_t count_ = 0;
  std::map<std::string, fact> facts_;      ///< By idempotency key.
  std::map<std::string, std::string> ids_; ///< Id to key.
  std::uint64_t setting_ = 0;              ///< The last acknowledged value.
  std::uint64_t setting_tried_ = 0;        ///< The last one sent.
};

/// A daemon that something is done to, and the work that must survive it.
struct tried_daemon {
  faulty_daemon daemon;
  acknowledged_work work;

  explicit tried_daemon(std::filesystem::path data, acknowledged_work done = acknowledged_work{})
      : daemon(std::move(data)), work(std::move(done)) {}

  acknowledged_work::outcome steps(std::size_t count) { return work.steps(daemon.where(), count); }
  /// Steps until one is not refused; false when that never happened.
  bool works_again();
  /// What was acknowledged and isn't there, in one text.
  std::string missing();
  /// The same after a kill and a start without faults, or why it doesn't start.
  std::string missing_after_restart();
};

} // namespace rota::tests::fault
