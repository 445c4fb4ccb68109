#include "actors/session/requests/history_lookup.hpp"

#include "persistence/formats/records.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <map>
#include <memory>

namespace rota::actors {
namespace {

using engine::job_record;
using persistence::history_page;
using persistence::store_result;

/// Pages of history that one query reads at most.
constexpr std::size_t pages_max = 64;

/// The answer depends on no event: history contains only durable jobs.
void send_answer(const part_of& part, history_records found) {
  caf::anon_send(part.asker, answer_to(part, {}, std::move(found)));
}

/// Refuses the whole request, because history cannot be read.
void send_error(const part_of& part, std::string why) {
  caf::anon_send(part.asker,
                 answer_to(part, {}, reply{refused(refusal::kind::unavailable, std::move(why))}));
}

constexpr const char* too_busy = "too many requests are waiting for the history; try again";

/// One list, page by page, on the reader's thread.
class listing : public std::enable_shared_from_this<listing> {
public:
  listing(persistence::history_reader& reader, part_of part, engine::queue_number queue,
          state_filter selects, std::size_t limit)
      : reader_(reader),
        part_(std::move(part)),
        queue_(queue),
        selects_(std::move(selects)),
        limit_(limit) {}

  void read_from(std::uint64_t serial) {
    const bool asked =
        reader_.page(queue_.value, serial, persistence::serial_order::oldest_first,
                     [self = shared_from_this()](store_result<std::optional<history_page>> page) {
                       self->take(std::move(page));
                     });
    if (!asked)
      send_error(part_, too_busy);
  }

private:
  void take(store_result<std::optional<history_page>> page) {
    if (!page)
      return send_error(part_, page.error().message);
    if (!*page)
      return finish(false);
    if (!add(**page))
      return send_error(part_, "cannot read a block of the history");
    out_.scanned_to = {(*page)->last_serial};
    if (out_.records.size() > limit_) {
      out_.records.resize(limit_);
      out_.scanned_to = out_.records.back().number;
      return finish(true);
    }
    if (++pages_ == pages_max || out_.records.size() == limit_)
      return finish(true);
    read_from((*page)->last_serial + 1);
  }

  /// If two blocks have the same job, the newer one holds; it comes first.
  bool add(const history_page& page) {
    std::map<engine::serial, job_record> jobs;
    for (const auto& block : page.blocks) {
      auto records = persistence::decode_history(block.bytes);
      if (!records)
        return false;
      for (auto& record : *records)
        if (record.number.value >= page.first_serial && record.number.value <= page.last_serial)
          jobs.try_emplace(record.number, std::move(record));
    }
    for (auto& [number, record] : jobs)
      if (selects_(record.state))
        out_.records.push_back(std::move(record));
    return true;
  }

  void finish(bool more) {
    out_.more = more;
    send_answer(part_, std::move(out_));
  }

  persistence::history_reader& reader_;
  part_of part_;
  engine::queue_number queue_;
  state_filter selects_;
  std::size_t limit_;
  std::size_t pages_ = 0;
  history_records out_;
};

} // namespace

void look_up_history(shared_state& shared, const part_of& part, engine::job_id job) {
  const auto number = job.number;
  const bool asked = shared.history.find(
      job.queue.value, number.value,
      [number](std::string_view block) {
        return persistence::find_in_history(block, number).has_value();
      },
      [part, number](store_result<std::optional<persistence::history_block>> block) {
        if (!block)
          return send_error(part, block.error().message);
        history_records found;
        if (*block)
          if (auto record = persistence::find_in_history((*block)->bytes, number))
            found.records.push_back(std::move(*record));
        send_answer(part, std::move(found));
      });
  if (!asked)
    send_error(part, too_busy);
}

void list_history(shared_state& shared, part_of part, engine::queue_number queue,
                  state_filter selects, engine::serial after, std::size_t limit) {
  std::make_shared<listing>(shared.history, std::move(part), queue, std::move(selects), limit)
      ->read_from(after.value + 1);
}

job_view view_of_ended(const shared_state& shared, engine::queue_number queue, job_record record) {
  auto name = shared.queues.name_of(queue).value();
  job_view view;
  view.id = {queue, record.number};
  view.type = std::move(name.type);
  view.tenant = std::move(name.tenant);
  view.record = std::move(record);
  return view;
}

} // namespace rota::actors
