// Encodes the contents of the journal and the rows.
//
//   group (one journal value)  = version, record, record, ...
//   record                     = kind, length, body
//   row of the directory       = a group of one record
//   any other row              = version, value
//   history block              = version, {number, length, job}, ...
//
// codec.hpp describes the format of a value.
//
// Decoding returns nothing for malformed bytes: an unknown version or kind, lengths that do not
// fit, values outside their enum, bytes left over. It never allocates more than a small multiple of
// its input's size.
#pragma once
#include "engine/events.hpp"
#include "engine/ids.hpp"
#include "engine/job.hpp"
#include "engine/settings.hpp"
#include "persistence/formats/byte_reader.hpp"
#include "persistence/formats/byte_writer.hpp"
#include "persistence/formats/codec.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rota::persistence {

// -- journal records ------------------------------------------------------------------------------

/// An event of a queue.
struct queue_event {
  engine::queue_number queue;
  engine::event what;
  bool operator==(const queue_event&) const = default;
};

using engine::setting;
using engine::setting_kind;

/// A setting's new value, or its deletion. `value` matches `kind`.
struct setting_changed {
  setting_kind kind = setting_kind::type;
  std::string name;
  std::optional<setting> value; ///< Nothing: deleted.
  bool operator==(const setting_changed&) const = default;
};

/// A (type, tenant) was assigned its queue number.
struct queue_opened {
  engine::queue_number number;
  std::string type;
  std::string tenant;
  bool operator==(const queue_opened&) const = default;
};
void members(auto& io, form_of<queue_opened> auto& r) {
  stored_members(io, r.number, r.type, r.tenant);
}

/// One queue was paused or resumed. Pauses of whole types and tenants are part of their settings.
struct queue_paused {
  std::string type;
  std::string tenant;
  bool on = false;
  bool operator==(const queue_paused&) const = default;
};
void members(auto& io, form_of<queue_paused> auto& r) {
  stored_members(io, r.type, r.tenant, r.on);
}

/// A run of the daemon began. `start` becomes the upper part of its serials.
struct daemon_started {
  std::uint32_t start = 0;
  engine::time_point at{};
  bool operator==(const daemon_started&) const = default;
};
void members(auto& io, form_of<daemon_started> auto& r) { stored_members(io, r.start, r.at); }

using journal_record =
    std::variant<queue_event, setting_changed, queue_opened, queue_paused, daemon_started>;

/// Begins a group; records must follow.
void encode_group_head(byte_writer& out);

/// Each appends one record. A pushed job costs about 100 ns.
void encode(byte_writer& out, engine::queue_number queue, const engine::event& event);
void encode(byte_writer& out, const journal_record& record);

/// Returns a reader for the records of a group, or nothing if its version is not ours.
std::optional<byte_reader> open_group(std::string_view group);
/// Returns the next record, or nothing if there is none or it is malformed.
std::optional<journal_record> decode_record(byte_reader& in);
/// Returns all records of a group, or nothing if any is malformed.
std::optional<std::vector<journal_record>> decode_group(std::string_view group);

// -- rows -----------------------------------------------------------------------------------------

/// A row of the directory: a setting, a queue, a pause flag, the count of starts.
std::string encode_row(const journal_record& record);
std::optional<journal_record> decode_directory_row(std::string_view row);

/// A job as of `position`, the last journal position that it reflects.
struct job_row {
  std::uint64_t position = 0;
  engine::job_record record;
  bool operator==(const job_row&) const = default;
};
void members(auto& io, form_of<job_row> auto& r) { stored_members(io, r.position, r.record); }
std::string encode_row(const job_row& row);
std::optional<job_row> decode_job_row(std::string_view row);

/// An idempotency key whose job has left memory.
struct dedup_row {
  std::string key;
  engine::serial first;
  engine::job_state state = engine::job_state::succeeded;
  engine::time_point forget_at{};
  bool operator==(const dedup_row&) const = default;
};
void members(auto& io, form_of<dedup_row> auto& r) {
  stored_members(io, r.key, r.first, r.state, r.forget_at);
}
std::string encode_row(const dedup_row& row);
std::optional<dedup_row> decode_dedup_row(std::string_view row);

/// A queue's last known state of fairness and rates.
struct marks_row {
  struct key_rate {
    std::string key;
    engine::time_point arrival{};
    bool operator==(const key_rate&) const = default;
  };
  engine::fairness_mark last;
  std::vector<key_rate> key_rates;
  bool operator==(const marks_row&) const = default;
};
void members(auto& io, form_of<marks_row::key_rate> auto& r) {
  stored_members(io, r.key, r.arrival);
}
void members(auto& io, form_of<marks_row> auto& r) { stored_members(io, r.last, r.key_rates); }
std::string encode_row(const marks_row& row);
std::optional<marks_row> decode_marks_row(std::string_view row);

/// The last event of a queue that its rows reflect.
struct position_row {
  std::uint64_t position = 0;
  bool operator==(const position_row&) const = default;
};
void members(auto& io, form_of<position_row> auto& r) { stored_members(io, r.position); }
std::string encode_row(const position_row& row);
std::optional<position_row> decode_position_row(std::string_view row);

// -- history --------------------------------------------------------------------------------------

/// Encodes ended jobs of one queue as one value, in the given order.
std::string encode_history(std::span<const engine::job_record> jobs);
std::optional<std::vector<engine::job_record>> decode_history(std::string_view block);
/// Returns one job of a block; earlier jobs are skipped, not decoded. Nothing if the job is not in
/// the block or the block is malformed before it.
std::optional<engine::job_record> find_in_history(std::string_view block, engine::serial number);

} // namespace rota::persistence
