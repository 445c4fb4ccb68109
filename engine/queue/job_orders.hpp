// The orders in which a queue keeps its jobs: policies of order_tree, each with links of its own.
#pragma once
#include "engine/queue/job_store.hpp"

namespace rota::engine {

/// Order of ready jobs: by order key, then by serial.
inline bool stands_before(const job_cell& a, const job_cell& b) {
  return a.order != b.order ? a.order < b.order : a.number < b.number;
}

/// All ready jobs of the queue, whatever their lane.
struct queue_order {
  template <class Cell>
  static auto& links(Cell& cell) {
    return cell.in_queue;
  }
  static bool before(const job_cell& a, const job_cell& b) { return stands_before(a, b); }
};

/// Delayed jobs; they use the links that they will need when they are ready.
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
  static bool before(const job_cell& a, const job_cell& b) { return stands_before(a, b); }
};

} // namespace rota::engine
