#pragma once

#include "bench/peers/systems/own_server.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace rota::bench {

/// The meaning of a line from beanstalkd.
enum class beanstalk_answer : std::uint8_t {
  inserted,
  reserved, ///< The job's id is in `reserved_job()`; its body came with it.
  timed_out,
  deleted,
  nothing, ///< Not an answer in itself: a tube was chosen, or a body follows.
};

/// Parses the answers of beanstalkd on one connection, line by line.
class beanstalk_answers {
public:
  /// `line` is without its line feed. Throws with the text of a refusal.
  beanstalk_answer take(std::string_view line);
  /// The digits of the id of the job that was reserved last.
  [[nodiscard]] std::string_view reserved_job() const { return job_; }

private:
  std::string job_;
  bool body_follows_ = false;
};

/// The binlog: none, or synced.
enum class beanstalk_log : std::uint8_t { none, synced };

/// beanstalkd with a tube for each tenant. Workers take the tubes in turn, because beanstalkd
/// orders jobs across tubes only by age.
class beanstalkd : public served_peer {
public:
  beanstalkd(peer_traits traits, std::filesystem::path folder, beanstalk_log log,
             const stop_signal& stop);

  void begin_fill() override { start_with(sync::never); }
  void end_fill() override { start_with(sync::each_write); }
  [[nodiscard]] std::unique_ptr<peer_clients> connect(std::size_t connections,
                                                      std::size_t batch) override;

private:
  enum class sync : std::uint8_t { each_write, never };

  void start_with(sync when);

  beanstalk_log log_;
  sync sync_ = sync::each_write;
};

} // namespace rota::bench
