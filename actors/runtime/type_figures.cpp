#include "actors/runtime/type_figures.hpp"

namespace rota::actors {
namespace {

/// Skips zeros: most of a step's numbers are, and writing to shared cache lines is expensive.
template <class Number, class By>
void raise(std::atomic<Number>& number, By by) {
  if (by != 0)
    number.fetch_add(static_cast<Number>(by), std::memory_order_relaxed);
}

template <class Number>
Number read_of(const std::atomic<Number>& number) {
  return number.load(std::memory_order_relaxed);
}

} // namespace

void type_figures::sums::add(const engine::duration_histogram& more) {
  for (std::size_t i = 0; i < counts.size(); ++i)
    raise(counts[i], more.counts[i]);
  raise(sum, more.sum);
}

void type_figures::sums::read(engine::duration_histogram& into) const {
  for (std::size_t i = 0; i < counts.size(); ++i)
    into.counts[i] += read_of(counts[i]);
  into.sum += read_of(sum);
}

void type_figures::adjust(const job_counts_by_state& by) {
  raise(ready_, by.ready);
  raise(delayed_, by.delayed);
  raise(running_, by.running);
}

void type_figures::add(const engine::queue_tally& tally) {
  for (std::size_t i = 0; i < happened_.size(); ++i)
    raise(happened_[i], tally.counts[i]);
  if (tally.of(engine::job_counter::dispatched) > 0)
    waits_.add(tally.waits);
  if (tally.of(engine::job_counter::tried) > 0)
    runs_.add(tally.runs);
}

job_counts_by_state type_figures::jobs() const {
  return {read_of(ready_), read_of(delayed_), read_of(running_)};
}

void type_figures::read(type_counts& into) const {
  into.jobs += jobs();
  for (std::size_t i = 0; i < happened_.size(); ++i)
    into.happened[i] += read_of(happened_[i]);
  waits_.read(into.waits);
  runs_.read(into.runs);
}

type_figures& type_board::of(const std::string& type) {
  const system::lock held{mutex_};
  if (const auto known = by_type_.find(type); known != by_type_.end())
    return *known->second;
  if (by_type_.size() >= named_max || type == other_types)
    return others_;
  return *by_type_.emplace(type, std::make_unique<type_figures>()).first->second;
}

std::string type_board::shown_as(const std::string& type) const {
  const system::lock held{mutex_};
  return by_type_.contains(type) ? type : other_types;
}

std::vector<type_counts> type_board::read() const {
  const system::lock held{mutex_};
  std::vector<type_counts> out;
  out.reserve(by_type_.size() + 1);
  for (const auto& [type, figures] : by_type_) {
    out.emplace_back().type = type;
    figures->read(out.back());
  }
  type_counts others;
  others.type = other_types;
  others_.read(others);
  if (by_type_.size() == named_max || others.count(engine::job_counter::pushed) > 0)
    out.push_back(std::move(others));
  return out;
}

job_counts_by_state type_board::totals() const {
  const system::lock held{mutex_};
  auto sum = others_.jobs();
  for (const auto& [type, figures] : by_type_)
    sum += figures->jobs();
  return sum;
}

} // namespace rota::actors
