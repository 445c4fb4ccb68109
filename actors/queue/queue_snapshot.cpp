#include "actors/queue/queue_snapshot.hpp"

#include "persistence/formats/records.hpp"
#include "persistence/formats/row_keys.hpp"

#include <algorithm>
#include <span>

namespace rota::actors {
namespace {

using namespace engine;
using persistence::row_change;
using persistence::table;

/// A piece is written between two commits, so it must be short.
constexpr std::size_t piece_jobs_max = 256;

/// A block of history is read as a whole, even to find the beginning of the next one.
constexpr std::size_t block_bytes_max = 256 * 1024;

std::size_t bytes_of(const job_record& job) {
  return job.spec.payload.size() + (job.result ? job.result->size() : 0) +
         (job.checkpoint ? job.checkpoint->size() : 0);
}

/// Returns the jobs of the first block.
std::span<const job_record> first_block(std::span<const job_record> jobs) {
  std::size_t count = 1;
  for (auto bytes = bytes_of(jobs.front()); count < jobs.size(); ++count) {
    bytes += bytes_of(jobs[count]);
    if (bytes > block_bytes_max)
      break;
  }
  return jobs.first(count);
}

/// Adds the ended jobs of a piece as blocks, ordered by serial.
void add_history(queue_number queue, std::vector<job_record>& ended,
                 persistence::row_batch& batch) {
  std::ranges::sort(ended, {}, &job_record::number);
  for (std::span<const job_record> rest{ended}; !rest.empty();) {
    const auto block = first_block(rest);
    const auto newest = std::ranges::max_element(block, {}, &job_record::finished)->finished;
    batch.ended.push_back({queue.value, block.front().number.value, block.back().number.value,
                           static_cast<std::uint32_t>(block.size()), newest ? to_us(*newest) : 0,
                           persistence::encode_history(block)});
    rest = rest.subspan(block.size());
  }
}

void add_keys(queue& core, persistence::row_batch& batch) {
  const auto number = core.identity().number;
  while (core.has_key_changes())
    for (auto& change : core.take_key_changes(piece_jobs_max)) {
      row_change row{table::dedup, persistence::dedup_key(number, change.key), std::nullopt};
      if (!change.dropped)
        row.value = encode_row(persistence::dedup_row{std::move(change.key), change.first,
                                                      change.state, change.forget_at});
      batch.changes.push_back(std::move(row));
    }
}

void add_marks(const queue& core, const queue_marks& marks, persistence::row_batch& batch) {
  if (!marks.last)
    return;
  persistence::marks_row row{*marks.last, {}};
  for (const auto& [key, arrival] : marks.key_rates)
    row.key_rates.push_back({key, arrival});
  batch.changes.push_back(
      {table::queues,
       persistence::queue_key(core.identity().number, persistence::queue_row_kind::mark),
       encode_row(row)});
}

row_change position_row(queue_number queue, position at) {
  return {table::queues, persistence::queue_key(queue, persistence::queue_row_kind::position),
          encode_row(persistence::position_row{at.value})};
}

} // namespace

persistence::row_batch queue_snapshot::next_piece(queue& core, const queue_marks& marks,
                                                  position last) {
  persistence::row_batch batch;
  batch.queue = core.identity().number.value;
  batch.reflects = last;
  // Before the rows of their jobs are deleted: a crash may keep only a prefix.
  add_keys(core, batch);
  add_jobs(core, batch, last);
  finished_ = core.dirty_count() == 0;
  if (finished_) {
    add_marks(core, marks, batch);
    batch.changes.push_back(position_row(core.identity().number, last));
    batch.last_piece = true;
  }
  return batch;
}

void queue_snapshot::add_jobs(queue& core, persistence::row_batch& batch, position last) {
  const auto number = core.identity().number;
  std::vector<job_record> ended;
  ended_.clear();
  for (const auto& dirty : core.take_dirty(piece_jobs_max)) {
    auto record = core.find(dirty.number);
    if (!record)
      continue;
    if (has_ended(record->state)) {
      if (dirty.stored)
        batch.changes.push_back(
            {table::jobs, persistence::job_key(number, dirty.number), std::nullopt});
      ended_.push_back(dirty.number);
      ended.push_back(std::move(*record));
    } else {
      batch.changes.push_back({table::jobs, persistence::job_key(number, dirty.number),
                               encode_row(persistence::job_row{last.value, std::move(*record)})});
    }
  }
  add_history(number, ended, batch);
}

} // namespace rota::actors
