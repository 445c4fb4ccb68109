// The orders of a queue's jobs: policies of order_tree, each with its own links.
#pragma once
#include "engine/queue/job_store.hpp"

namespace rota::engine {

/// Order of ready jobs: by order key, then by serial.
inline bool precedes(const job_cell& a, const job_cell& b) {
  return a.order != b.order ? a.order < b.order : a.number < b.number;
}
inline bool is_due_before(const job_cell& a, const job_cell& b) {
  return a.ready_since != b.ready_since ? a.ready_since < b.ready_since : a.number < b.number;
}
inline bool is_older(const job_cell& a, const job_cell& b) { return a.number < b.number; }

/// All ready jobs of the queue, regardless of their lane.
using queue_order = cell_order<&job_cell::in_queue, precedes>;
/// Delayed jobs. They use the links that they need in queue_order once they are ready.
using due_order = cell_order<&job_cell::in_queue, is_due_before>;
/// The jobs of one state, for lists.
using serial_order = cell_order<&job_cell::in_state, is_older>;
/// The ready jobs of one lane.
using lane_job_order = cell_order<&job_cell::in_lane, precedes>;

} // namespace rota::engine
