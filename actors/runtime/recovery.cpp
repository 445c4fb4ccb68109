#include "actors/runtime/recovery.hpp"

#include "actors/directory/setting_records.hpp"
#include "persistence/formats/records.hpp"
#include "persistence/formats/row_keys.hpp"
#include "wire/batch_key.hpp"

#include <algorithm>
#include <unordered_map>

namespace rota::actors {
namespace {

using namespace engine;
using persistence::journal_record;
using persistence::store;
using persistence::store_errc;
using persistence::store_error;
using persistence::store_status;
using persistence::table;

store_error damaged(const char* what) {
  return {store_errc::corrupt,
          std::string{"the store contains "} + what +
              " that cannot be read. Restore the folder from a backup, or start "
              "with an empty one"};
}

class reader {
public:
  explicit reader(const store& from) : store_(from) {}

  persistence::store_result<recovered> read() {
    for (const auto step :
         {&reader::read_settings, &reader::read_start, &reader::read_directory,
          &reader::read_queue_rows, &reader::read_jobs, &reader::read_keys, &reader::replay}) {
      if (auto done = (this->*step)(); !done)
        return done.error();
      if (damage_)
        return damaged(damage_);
    }
    for (auto& [number, entry] : out_.queues)
      entry.core->mark_batches(batch_mark_of);
    for (auto& [number, marks] : marks_)
      if (!out_.queues.contains(number))
        out_.idle_marks.emplace(number, std::move(marks));
    return std::move(out_);
  }

private:
  // -- rows ---------------------------------------------------------------------------------------

  template <class Row>
  store_status scan(table which, Row&& row) {
    return store_.scan_rows({which}, [&](std::string_view key, std::string_view value) {
      row(key, value);
      return damage_ == nullptr;
    });
  }

  store_status read_settings() {
    return scan(table::settings,
                [&](std::string_view, std::string_view value) { restore_row(value, "a setting"); });
  }

  store_status read_start() {
    const auto row = store_.get_row(table::meta, persistence::start_key());
    if (!row)
      return row.error();
    if (*row)
      restore_row(**row, "a start counter");
    return {};
  }

  store_status read_queue_rows() {
    return scan(table::queues, [&](std::string_view key, std::string_view value) {
      using persistence::queue_row_kind;
      const auto queue = persistence::queue_of_key(key);
      if (!out_.names.contains(queue)) {
        damage_ = "a row of an unknown queue";
        return;
      }
      switch (static_cast<queue_row_kind>(key.back())) {
      case queue_row_kind::identity: return; // read by read_directory()
      case queue_row_kind::position: return read_position(queue, value);
      case queue_row_kind::mark: return read_marks(queue, value);
      }
      damage_ = "a queue";
    });
  }

  void read_position(queue_number queue, std::string_view value) {
    if (const auto row = persistence::decode_position_row(value))
      positions_[queue] = row->position;
    else
      damage_ = "a position";
  }

  void read_marks(queue_number queue, std::string_view value) {
    const auto row = persistence::decode_marks_row(value);
    if (!row) {
      damage_ = "a fairness mark";
      return;
    }
    auto& marks = marks_[queue];
    marks.last = row->last;
    for (const auto& [key, arrival] : row->key_rates)
      marks.key_rates[key] = arrival;
  }

  store_status read_jobs() {
    return scan(table::jobs, [&](std::string_view key, std::string_view value) {
      auto row = persistence::decode_job_row(value);
      const auto number = persistence::queue_of_key(key);
      if (!row || !out_.names.contains(number)) {
        damage_ = "a job";
        return;
      }
      update_last_seen(row->record.created);
      // An interrupted snapshot left rows ahead of their queue's position.
      if (const auto p = positions_.find(number);
          p == positions_.end() || row->position > p->second)
        ahead_[{number, row->record.number}] = row->position;
      core(number).restore(std::move(row->record));
    });
  }

  store_status read_keys() {
    return scan(table::dedup, [&](std::string_view key, std::string_view value) {
      auto row = persistence::decode_dedup_row(value);
      const auto number = persistence::queue_of_key(key);
      if (!row || !out_.names.contains(number))
        damage_ = "an idempotency key";
      else
        core(number).restore_key(std::move(row->key), row->first, row->state, row->forget_at);
    });
  }

  queue& core(queue_number number) {
    auto& entry = out_.queues[number];
    if (!entry.core) {
      const auto& name = out_.names.at(number);
      const auto settings = out_.settings.types.find(name.type);
      entry.core = std::make_shared<queue>(
          queue_identity{number, name.type, name.tenant},
          settings == out_.settings.types.end() ? type_settings{} : settings->second);
      if (const auto marks = marks_.find(number); marks != marks_.end())
        entry.marks = marks->second;
      if (const auto reflected = positions_.find(number); reflected != positions_.end())
        entry.last = {reflected->second};
    }
    return *entry.core;
  }

  // -- journal ------------------------------------------------------------------------------------

  /// Calls `use(position, record)` for each record of the journal.
  template <class Use>
  store_status scan_journal(Use&& use) {
    return store_.scan_journal({}, [&](const persistence::journal_group& group) {
      persistence::byte_reader in{group.bytes};
      for (auto position = group.first.value; position <= group.last.value; ++position) {
        auto record = persistence::decode_record(in);
        if (!record) {
          damage_ = "a journal record";
          return false;
        }
        use(position, *record);
      }
      return damage_ == nullptr;
    });
  }

  void update_last_seen(time_point t) { out_.last_seen = std::max(out_.last_seen, t); }

  // The effect of each kind of record on settings and queue names.

  void restore(const persistence::setting_changed& s) {
    set_in(out_.settings, s.kind, s.name, s.value);
  }
  void restore(const persistence::queue_paused& p) {
    set_paused_in(out_.settings, p.type, p.tenant, p.on);
  }
  void restore(const persistence::queue_opened& q) { out_.names[q.number] = {q.type, q.tenant}; }
  void restore(const persistence::daemon_started& d) {
    out_.start = std::max(out_.start, d.start);
    update_last_seen(d.at);
  }
  void restore(const persistence::queue_event&) {} // applied by replay()
  /// Restores a row of the directory; `what` it is for the message if it is damaged.
  void restore_row(std::string_view value, const char* what) {
    if (const auto record = persistence::decode_directory_row(value))
      std::visit([&](const auto& r) { restore(r); }, *record);
    else
      damage_ = what;
  }

  // The row that a record leaves. Rows stay in the journal's order, so that the last one wins.

  void keep_row(const persistence::setting_changed& s) {
    out_.directory_rows.push_back(row_of(out_.settings, {s.kind, s.name}));
  }
  void keep_row(const persistence::queue_paused& p) {
    out_.directory_rows.push_back(pause_row(p.type, p.tenant, p.on));
  }
  void keep_row(const persistence::queue_opened& q) {
    out_.directory_rows.push_back(queue_row(q.number, {q.type, q.tenant}));
  }
  void keep_row(const persistence::daemon_started&) {} // written by record_start()
  void keep_row(const persistence::queue_event&) {}    // written by the queues

  /// Reads settings and queues from the rows, then their later changes from the journal.
  store_status read_directory() {
    auto rows = scan(table::queues, [&](std::string_view key, std::string_view value) {
      if (key.back() == static_cast<char>(persistence::queue_row_kind::identity))
        restore_row(value, "a queue");
    });
    if (!rows || damage_)
      return rows;
    return scan_journal([&](std::uint64_t, const journal_record& record) {
      std::visit(
          [&](const auto& r) {
            restore(r);
            keep_row(r);
          },
          record);
    });
  }

  store_status replay() {
    return scan_journal([&](std::uint64_t position, journal_record& record) {
      auto* e = std::get_if<persistence::queue_event>(&record);
      if (!e)
        return;
      const auto known = positions_.find(e->queue);
      if (known != positions_.end() && position <= known->second)
        return;
      if (!out_.names.contains(e->queue)) {
        damage_ = "an event of an unknown queue";
        return;
      }
      auto& queue = core(e->queue);
      keep_marks(e->queue, e->what);
      mark_uncovered(out_.queues.at(e->queue), {position});
      if (drop_reflected(e->queue, position, e->what))
        queue.apply(std::move(e->what));
    });
  }

  static void mark_uncovered(recovered_queue& queue, position p) {
    if (!queue.uncovered)
      queue.uncovered.emplace(p, p);
    queue.uncovered->second = p;
    queue.last = p;
  }

  /// Keeps the times, tags and rates of an event.
  void keep_marks(queue_number number, const event& e) {
    std::visit(
        [&](const auto& what) {
          if constexpr (requires { what.at; })
            update_last_seen(what.at);
        },
        e);
    const auto* taken = std::get_if<jobs_taken>(&e);
    if (!taken)
      return;
    auto& queue = core(number);
    auto& marks = out_.queues.at(number).marks;
    marks.last = taken->mark;
    if (taken->jobs.empty())
      return;
    if (const auto job = queue.find(taken->jobs.front());
        job && !job->spec.options.concurrency_key.empty())
      marks.key_rates[job->spec.options.concurrency_key] = taken->mark.key_rate;
  }

  /// Removes the jobs from an event whose rows already reflect it. Returns false if none are left.
  bool drop_reflected(queue_number queue, std::uint64_t position, event& e) const {
    if (ahead_.empty())
      return true;
    const auto newer = [&](serial job) {
      const auto row = ahead_.find({queue, job});
      return row != ahead_.end() && row->second >= position;
    };
    if (auto* taken = std::get_if<jobs_taken>(&e)) {
      std::erase_if(taken->jobs, newer);
      return !taken->jobs.empty();
    }
    return std::visit(
        [&](const auto& what) {
          if constexpr (requires { what.number; })
            return !newer(what.number);
          else
            return true;
        },
        e);
  }

  const store& store_;
  recovered out_;
  const char* damage_ = nullptr;
  std::map<queue_number, std::uint64_t> positions_;
  std::map<queue_number, queue_marks> marks_;
  std::map<std::pair<queue_number, serial>, std::uint64_t> ahead_;
};

} // namespace

persistence::store_result<recovered> recover(const store& from) { return reader{from}.read(); }

persistence::store_status record_start(persistence::store& store, std::uint32_t start,
                                       engine::time_point now) {
  const persistence::daemon_started record{start, now};
  std::string bytes;
  persistence::byte_writer out{bytes};
  persistence::encode(out, record);
  const engine::position next{store.last_position().value + 1};
  if (auto done = store.commit(next, next, bytes); !done)
    return done.error();
  const persistence::row_change row{persistence::table::meta, persistence::start_key(),
                                    persistence::encode_row(record)};
  return store.write_rows({&row, 1});
}

} // namespace rota::actors
