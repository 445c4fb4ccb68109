#include "engine/queue/job_store.hpp"

#include "engine/ensure.hpp"

#include <bit>
#include <cstring>
#include <utility>

namespace rota::engine {

namespace {

constexpr std::string_view null_payload = "null";

std::optional<time_point> unless_never(time_point t) {
  return t == never ? std::nullopt : std::optional{t};
}

template <class T>
std::unique_ptr<T> on_heap(std::optional<T> value) {
  return value ? std::make_unique<T>(std::move(*value)) : nullptr;
}

} // namespace

std::string_view payload_of(const job_cell& job) {
  return job.payload ? std::string_view{job.payload.get(), job.payload_size} : null_payload;
}

micro cost_of(const job_cell& job) { return job.options ? job.options->cost : micro::of(1); }

std::string_view key_of(const job_cell& job) {
  return job.options ? std::string_view{job.options->key} : std::string_view{};
}

const trace_context* trace_of(const job_cell& job) {
  return job.options ? job.options->trace.get() : nullptr;
}

job_progress& progress_of(job_cell& job) {
  if (!job.progress)
    job.progress = std::make_unique<job_progress>();
  return *job.progress;
}

job_counts counts_of(const job_cell& job) {
  return job.progress ? job.progress->counts : job_counts{};
}

void set_spec(job_cell& job, job_spec spec) {
  if (spec.payload == null_payload) {
    job.payload.reset();
    job.payload_size = static_cast<std::uint32_t>(null_payload.size());
  } else {
    job.payload = std::make_unique_for_overwrite<char[]>(spec.payload.size());
    job.payload_size = static_cast<std::uint32_t>(spec.payload.size());
    std::memcpy(job.payload.get(), spec.payload.data(), spec.payload.size());
  }
  job.priority = spec.priority;
  job.options.reset();
  if (spec.options != job_options{})
    job.options = std::make_unique<job_options>(std::move(spec.options));
}

void set_batch_mark(job_cell& job, batch_mark mark) {
  if (!job.options) {
    if (mark.key.empty() && mark.batches)
      return;
    job.options = std::make_unique<job_options>();
  }
  job.options->batch_key = std::move(mark.key);
  job.options->batches = mark.batches;
}

job_spec spec_of(const job_cell& job) {
  job_spec spec;
  spec.payload = payload_of(job);
  spec.priority = job.priority;
  if (job.options)
    spec.options = *job.options;
  return spec;
}

void set_record(job_cell& job, job_record record) {
  set_spec(job, std::move(record.spec));
  job.state = record.state;
  job.delayed_by = record.delayed_by;
  job.created = record.created;
  job.ready_since = record.ready_since;
  job.cancel_requested = record.cancel_requested;
  job.progress.reset();
  bool fresh = record.counts == job_counts{} && !record.started && !record.finished &&
               !record.first_deferred && record.worker.empty() && !record.error && !record.result &&
               !record.checkpoint && record.batch_limit == 0 && !record.execution;
  if (fresh)
    return;
  auto& p = progress_of(job);
  p.counts = record.counts;
  p.started = record.started.value_or(never);
  p.finished = record.finished.value_or(never);
  p.first_deferred = record.first_deferred.value_or(never);
  p.worker = std::move(record.worker);
  p.error = on_heap(std::move(record.error));
  p.result = on_heap(std::move(record.result));
  p.checkpoint = on_heap(std::move(record.checkpoint));
  p.batch_limit = record.batch_limit;
  p.execution = on_heap(std::move(record.execution));
}

job_record record_of(const job_cell& job) {
  job_record r;
  r.number = job.number;
  r.spec = spec_of(job);
  r.state = job.state;
  r.delayed_by = job.delayed_by;
  r.created = job.created;
  r.ready_since = job.ready_since;
  r.cancel_requested = job.cancel_requested;
  if (job.progress) {
    const auto& p = *job.progress;
    r.counts = p.counts;
    r.started = unless_never(p.started);
    r.finished = unless_never(p.finished);
    r.first_deferred = unless_never(p.first_deferred);
    r.worker = p.worker;
    r.error = copy_of(p.error);
    r.result = copy_of(p.result);
    r.checkpoint = copy_of(p.checkpoint);
    r.batch_limit = p.batch_limit;
    r.execution = copy_of(p.execution);
  }
  return r;
}

std::size_t job_store::bucket_of(serial number) const {
  auto hash = std::hash<serial>{}(number) >> 32;
  auto all = std::bit_ceil(buckets_.size());
  auto bucket = hash & (all - 1);
  return bucket < buckets_.size() ? bucket : bucket & (all / 2 - 1);
}

slot job_store::find(serial number) const {
  if (live_ == 0)
    return no_slot;
  auto s = buckets_[bucket_of(number)];
  while (s != no_slot && cells_[s].number != number)
    s = cells_[s].chain;
  return s;
}

void job_store::split_bucket() {
  auto fresh = buckets_.size();
  buckets_[buckets_.grow()] = no_slot;
  if (fresh == 0)
    return;
  auto old = fresh - std::bit_floor(fresh);
  auto s = std::exchange(buckets_[old], no_slot);
  while (s != no_slot) {
    auto& cell = cells_[s];
    auto next = cell.chain;
    auto& bucket = buckets_[bucket_of(cell.number)];
    cell.chain = std::exchange(bucket, s);
    s = next;
  }
}

slot job_store::add(serial number) {
  slot s = free_;
  if (s == no_slot)
    s = static_cast<slot>(cells_.grow());
  else
    free_ = cells_[s].chain;
  if (live_ == buckets_.size())
    split_bucket();
  ++live_;
  auto& cell = cells_[s];
  cell.number = number;
  cell.chain = std::exchange(buckets_[bucket_of(number)], s);
  return s;
}

void job_store::remove(slot s) {
  auto& cell = cells_[s];
  slot* link = &buckets_[bucket_of(cell.number)];
  while (*link != s) {
    ensure(*link != no_slot, "a removed job is in the store");
    link = &cells_[*link].chain;
  }
  *link = cell.chain;
  cell = job_cell{};
  cell.chain = std::exchange(free_, s);
  if (--live_ == 0) {
    // All cells are free and all buckets empty: start over, so that memory shrinks.
    free_ = no_slot;
    cells_.reset();
    buckets_.reset();
  }
}

} // namespace rota::engine
