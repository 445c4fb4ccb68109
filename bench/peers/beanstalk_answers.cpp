#include "bench/peers/beanstalk_answers.hpp"

#include <stdexcept>

namespace rota::bench {

beanstalk_answer beanstalk_answers::take(std::string_view line) {
  if (body_follows_) { // Ours hold no line feed, so a body is one line.
    body_follows_ = false;
    return beanstalk_answer::reserved;
  }
  constexpr std::string_view reserved = "RESERVED ";
  if (line.starts_with(reserved)) {
    line.remove_prefix(reserved.size());
    job_.assign(line.substr(0, line.find(' ')));
    body_follows_ = true;
    return beanstalk_answer::nothing;
  }
  if (line.starts_with("INSERTED ")) {
    return beanstalk_answer::inserted;
  }
  if (line == "DELETED\r") {
    return beanstalk_answer::deleted;
  }
  if (line == "TIMED_OUT\r") {
    return beanstalk_answer::timed_out;
  }
  if (line.starts_with("USING ") || line.starts_with("WATCHING ")) {
    return beanstalk_answer::nothing;
  }
  throw std::runtime_error("beanstalkd refused a command: " + std::string(line.substr(0, 200)));
}

} // namespace rota::bench
