// Compares a queue with a naive model of it, and with queues rebuilt from its events and rows.
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

  /// Compares everything that can be read and reported, and runs the audits.
  void compare();
  /// `exact` after a replay. Rows contain neither the time that a lane has lingered nor extended
  /// deadlines.
  void compare_to(const queue& other, bool exact);

private:
  /// Checks that the reported changes add up to the current state of all lanes.
  void compare_lanes();
  void compare_lists();
  void check_audits();

  queue_driver& driver_;
  queue_model& model_;
  std::map<lane_number, lane_report> known_lanes_; ///< As reported.
};

} // namespace rota::engine::test
