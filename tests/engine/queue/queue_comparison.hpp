// Holds a queue against the naive model of it, and against other queues that were built from its events and rows.
#pragma once
#include "engine/queue/queue.hpp"
#include "tests/engine/queue/queue_driver.hpp"
#include "tests/engine/queue/queue_model.hpp"

#include <map>

namespace rota::engine::test {

class queue_comparison {
public:
  /// Both must outlive it.
  queue_comparison(queue_driver& driver, queue_model& model) : driver_(driver), model_(model) {}

  /// Everything that can be read, what is reported to the arbiter, and what audits find.
  void compare();
  /// `exact` after replay; rows don't know how long a lane has lingered nor extended deadlines.
  void compare_to(const queue& other, bool exact);

private:
  /// The reports of changes, put together, are what all lanes look like now.
  void compare_lanes();
  void compare_lists();
  void check_audits();

  queue_driver& driver_;
  queue_model& model_;
  std::map<lane_number, lane_report> known_lanes_; ///< From reports.
};

} // namespace rota::engine::test
