#include "persistence/formats/records.hpp"

namespace rota::persistence {

namespace {

/// The first byte of a record. Numbers are never reused.
enum class record_kind : std::uint8_t {
  job_pushed = 1,
  job_replaced = 2,
  jobs_taken = 3,
  lease_extended = 4,
  job_settled = 5,
  job_cancelled = 6,
  cancel_requested = 7,
  job_revived = 8,
  attempt_started = 9,
  job_exited = 10,
  setting_changed = 32,
  queue_opened = 33,
  queue_paused = 34,
  daemon_started = 35,
};

constexpr auto kind_of(const engine::job_pushed&) { return record_kind::job_pushed; }
constexpr auto kind_of(const engine::job_replaced&) { return record_kind::job_replaced; }
constexpr auto kind_of(const engine::jobs_taken&) { return record_kind::jobs_taken; }
constexpr auto kind_of(const engine::lease_extended&) { return record_kind::lease_extended; }
constexpr auto kind_of(const engine::job_settled&) { return record_kind::job_settled; }
constexpr auto kind_of(const engine::job_cancelled&) { return record_kind::job_cancelled; }
constexpr auto kind_of(const engine::cancel_requested&) { return record_kind::cancel_requested; }
constexpr auto kind_of(const engine::job_revived&) { return record_kind::job_revived; }
constexpr auto kind_of(const engine::attempt_started&) { return record_kind::attempt_started; }
constexpr auto kind_of(const engine::job_exited&) { return record_kind::job_exited; }

constexpr auto kind_of(const setting_changed&) { return record_kind::setting_changed; }
constexpr auto kind_of(const queue_opened&) { return record_kind::queue_opened; }
constexpr auto kind_of(const queue_paused&) { return record_kind::queue_paused; }
constexpr auto kind_of(const daemon_started&) { return record_kind::daemon_started; }

template <class Body>
void write_record(byte_writer& out, record_kind kind, Body body) {
  out.byte(static_cast<std::uint8_t>(kind));
  const auto begin = out.begin_part();
  body();
  out.end_part(begin);
}

void write(byte_writer& out, const queue_event& event) { encode(out, event.queue, event.what); }

void write(byte_writer& out, const setting_changed& change) {
  write_record(out, kind_of(change), [&] {
    encode_value(out, change.kind);
    encode_value(out, change.name);
    encode_value(out, change.value.has_value());
    if (change.value)
      std::visit([&](const auto& settings) { encode_value(out, settings); }, *change.value);
  });
}

void write(byte_writer& out, const engine::described auto& record) {
  write_record(out, kind_of(record), [&] { encode_value(out, record); });
}

template <class Event>
journal_record read_event(byte_reader& in) {
  const auto queue = decode_value<engine::queue_number>(in);
  return queue_event{queue, decode_value<Event>(in)};
}

setting read_setting(byte_reader& in, setting_kind kind) {
  switch (kind) {
  case setting_kind::type: return decode_value<engine::type_settings>(in);
  case setting_kind::tenant: return decode_value<engine::tenant_settings>(in);
  case setting_kind::pool: return decode_value<engine::pool_settings>(in);
  case setting_kind::key: return decode_value<engine::key_settings>(in);
  case setting_kind::executor: return decode_value<engine::executor_settings>(in);
  }
  in.fail();
  return {};
}

setting_changed read_setting_changed(byte_reader& in) {
  setting_changed change;
  change.kind = decode_value<setting_kind>(in);
  change.name = decode_value<std::string>(in);
  if (decode_value<bool>(in))
    change.value = read_setting(in, change.kind);
  return change;
}

journal_record read_body(record_kind kind, byte_reader& in) {
  switch (kind) {
  case record_kind::job_pushed: return read_event<engine::job_pushed>(in);
  case record_kind::job_replaced: return read_event<engine::job_replaced>(in);
  case record_kind::jobs_taken: return read_event<engine::jobs_taken>(in);
  case record_kind::lease_extended: return read_event<engine::lease_extended>(in);
  case record_kind::job_settled: return read_event<engine::job_settled>(in);
  case record_kind::job_cancelled: return read_event<engine::job_cancelled>(in);
  case record_kind::cancel_requested: return read_event<engine::cancel_requested>(in);
  case record_kind::job_revived: return read_event<engine::job_revived>(in);
  case record_kind::attempt_started: return read_event<engine::attempt_started>(in);
  case record_kind::job_exited: return read_event<engine::job_exited>(in);
  case record_kind::setting_changed: return read_setting_changed(in);
  case record_kind::queue_opened: return decode_value<queue_opened>(in);
  case record_kind::queue_paused: return decode_value<queue_paused>(in);
  case record_kind::daemon_started: return decode_value<daemon_started>(in);
  }
  in.fail(); // A later version may have this kind.
  return {};
}

template <class Row>
std::string write_row(const Row& row) {
  std::string bytes;
  byte_writer out{bytes};
  out.byte(format_version);
  encode_value(out, row);
  return bytes;
}

template <class Row>
std::optional<Row> read_row(std::string_view bytes) {
  auto in = open_group(bytes);
  if (!in)
    return std::nullopt;
  auto row = decode_value<Row>(*in);
  if (!in->ok() || !in->at_end())
    return std::nullopt;
  return row;
}

/// Decodes the job in a part of a block.
std::optional<engine::job_record> read_job(byte_reader in, engine::serial number) {
  auto job = decode_value<engine::job_record>(in);
  if (!in.ok() || !in.at_end() || job.number != number)
    return std::nullopt;
  return job;
}

} // namespace

void encode_group_head(byte_writer& out) { out.byte(format_version); }

void encode(byte_writer& out, engine::queue_number queue, const engine::event& event) {
  std::visit(
      [&](const auto& what) {
        write_record(out, kind_of(what), [&] {
          encode_value(out, queue);
          encode_value(out, what);
        });
      },
      event);
}

void encode(byte_writer& out, const journal_record& record) {
  std::visit([&](const auto& what) { write(out, what); }, record);
}

std::optional<byte_reader> open_group(std::string_view group) {
  byte_reader in{group};
  if (in.byte() != format_version)
    return std::nullopt;
  return in;
}

std::optional<journal_record> decode_record(byte_reader& in) {
  const auto kind = static_cast<record_kind>(in.byte());
  auto body = in.part();
  auto record = read_body(kind, body);
  if (!in.ok() || !body.ok() || !body.at_end()) {
    in.fail();
    return std::nullopt;
  }
  return record;
}

std::optional<std::vector<journal_record>> decode_group(std::string_view group) {
  auto in = open_group(group);
  if (!in)
    return std::nullopt;
  std::vector<journal_record> records;
  while (!in->at_end()) {
    auto record = decode_record(*in);
    if (!record)
      return std::nullopt;
    records.push_back(*std::move(record));
  }
  return records;
}

std::string encode_row(const journal_record& record) {
  std::string bytes;
  byte_writer out{bytes};
  encode_group_head(out);
  encode(out, record);
  return bytes;
}

std::optional<journal_record> decode_directory_row(std::string_view row) {
  auto in = open_group(row);
  if (!in)
    return std::nullopt;
  auto record = decode_record(*in);
  return in->at_end() ? std::move(record) : std::nullopt;
}

std::string encode_row(const job_row& row) { return write_row(row); }
std::optional<job_row> decode_job_row(std::string_view row) { return read_row<job_row>(row); }

std::string encode_row(const dedup_row& row) { return write_row(row); }
std::optional<dedup_row> decode_dedup_row(std::string_view row) { return read_row<dedup_row>(row); }

std::string encode_row(const marks_row& row) { return write_row(row); }
std::optional<marks_row> decode_marks_row(std::string_view row) { return read_row<marks_row>(row); }

std::string encode_row(const position_row& row) { return write_row(row); }
std::optional<position_row> decode_position_row(std::string_view row) {
  return read_row<position_row>(row);
}

std::string encode_history(std::span<const engine::job_record> jobs) {
  constexpr std::size_t job_bytes = 64; // without its texts; usually less
  std::size_t expected = 0;
  for (const auto& job : jobs)
    expected += job_bytes + job.spec.payload.size() + (job.result ? job.result->size() : 0);
  std::string bytes;
  bytes.reserve(expected);
  byte_writer out{bytes};
  out.byte(format_version);
  for (const auto& job : jobs) {
    encode_value(out, job.number);
    const auto begin = out.begin_part();
    encode_value(out, job);
    out.end_part(begin);
  }
  return bytes;
}

std::optional<std::vector<engine::job_record>> decode_history(std::string_view block) {
  auto in = open_group(block);
  if (!in)
    return std::nullopt;
  std::vector<engine::job_record> jobs;
  while (!in->at_end()) {
    const auto number = decode_value<engine::serial>(*in);
    auto job = read_job(in->part(), number);
    if (!job)
      return std::nullopt;
    jobs.push_back(*std::move(job));
  }
  if (!in->ok())
    return std::nullopt;
  return jobs;
}

std::optional<engine::job_record> find_in_history(std::string_view block, engine::serial number) {
  auto in = open_group(block);
  while (in && !in->at_end()) {
    const auto here = decode_value<engine::serial>(*in);
    auto part = in->part();
    if (here == number)
      return read_job(part, number);
  }
  return std::nullopt;
}

} // namespace rota::persistence
