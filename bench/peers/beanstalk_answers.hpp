#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rota::bench {

/// What a line means to somebody who put, reserved or deleted.
enum class beanstalk_answer : std::uint8_t {
  inserted,
  reserved, ///< The job's id is in `reserved_job()`; its body came with it.
  timed_out,
  deleted,
  nothing, ///< No answer by itself: a tube was chosen, or a body follows.
};

/// Reads what beanstalkd answers on one connection, line by line.
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

} // namespace rota::bench
