// The orders of a queue's jobs: policies of order_tree, each with its own links.
#pragma once
#include "engine/queue/job_store.hpp"

namespace rota::engine {

/// Order of ready jobs: by order key, then by serial.
inline bool precedes(const job_cell& a, const job_cell& b) {
  return a.order != b.order ? a.order < b.order : a.number < b.number;
}

/// All ready jobs of the queue, regardless of their lane.
struct queue_order {
  template <class Cell>
  static auto& links(Cell& cell) {
    return cell.in_queue;
  }
  static bool before(const job_cell& a, const job_cell& b) { return precedes(a, b); }
};

/// Delayed jobs. They use the links that they need in queue_order once they are ready.
struct due_order {
  template <class Cell>
  static auto& links(Cell& cell) {
    return cell.in_queue;
  }
  static bool before(const job_cell& a, const job_cell& b) {
    return a.ready_since != b.ready_since ? a.ready_since < b.ready_since : a.number < b.number;
  }
};

/// The jobs of one state, for lists.
struct serial_order {
  template <class Cell>
  static auto& links(Cell& cell) {
    return cell.in_state;
  }
  static bool before(const job_cell& a, const job_cell& b) { return a.number < b.number; }
};

/// The ready jobs of one lane.
struct lane_job_order {
  template <class Cell>
  static auto& links(Cell& cell) {
    return cell.in_lane;
  }
  static bool before(const job_cell& a, const job_cell& b) { return precedes(a, b); }
};

} // namespace rota::engine
