#include "wire/answers_settings.hpp"

#include "json/slice.hpp"
#include "wire/answers_values.hpp"

namespace rota::protocol {
namespace {

/// The members of an options text, inside an object that is open.
void write_options(json_writer& out, std::string_view options) {
  if (options.empty())
    return;
  for (const auto& [name, value] : json_value{options}.as_object())
    out.raw_member(name, value.raw());
}

void write_retry(json_writer& out, const engine::retry_settings& retry) {
  out.key("retry").begin_object();
  out.member("max_attempts", retry.max_attempts);
  out.member("base_ms", retry.base.count());
  out.member("max_ms", retry.max.count());
  out.key("jitter").boolean(retry.jitter);
  out.end_object();
}

void write_rate(json_writer& out, const std::optional<engine::rate_settings>& rate) {
  out.key("rate");
  if (!rate) {
    out.null();
    return;
  }
  out.begin_object();
  out.key("per_second").number(rate->per_second);
  out.key("burst").number(rate->burst);
  out.end_object();
}

void write_batch(json_writer& out, const std::optional<engine::batch_settings>& batch) {
  out.key("batch");
  if (!batch) {
    out.null();
    return;
  }
  out.begin_object();
  out.member("max_size", batch->max_size);
  out.member("linger_ms", batch->linger.count());
  write_text_or_null(out.key("key"), batch->key);
  out.end_object();
}

void write_poll(json_writer& out, const engine::poll_settings& poll) {
  out.key("poll").begin_object();
  out.member("min_ms", poll.min.count());
  out.member("max_ms", poll.max.count());
  out.key("factor").number(poll.factor);
  write_integer_or_null(out.key("max_polls"), poll.max_polls);
  write_duration_or_null(out.key("deadline_ms"), poll.deadline);
  out.end_object();
}

void write_choice(json_writer& out, const engine::type_settings& type) {
  out.key("executor");
  if (type.executor.empty()) {
    out.null();
    return;
  }
  out.begin_object().member("name", type.executor);
  write_options(out, type.executor_options);
  out.end_object();
}

/// Leaves the object open for what executor.list adds.
void begin_executor(json_writer& out, std::string_view name,
                    const engine::executor_settings& executor) {
  out.begin_object().member("name", name).member("kind", executor.kind);
  write_quantity(out.key("slots"), executor.slots);
  write_options(out, executor.options);
}

} // namespace

void write_setting(json_writer& out, std::string_view name, const engine::type_settings& type) {
  out.begin_object().member("name", name);
  write_retry(out, type.retry);
  out.member("max_crashes", type.max_crashes);
  out.member("lease_ms", type.lease.count());
  write_duration_or_null(out.key("timeout_ms"), type.timeout);
  write_integer_or_null(out.key("max_running"), type.max_running);
  write_integer_or_null(out.key("max_running_per_tenant"), type.max_running_per_tenant);
  write_rate(out, type.rate);
  write_batch(out, type.batch);
  write_poll(out, type.poll);
  out.member("dedup", type.dedup == engine::dedup_policy::replace ? "replace" : "return");
  out.member("dedup_ms", type.dedup_for.count());
  out.member("age_ms", type.age.count());
  write_choice(out, type);
  out.key("paused").boolean(type.paused);
  out.end_object();
}

void write_setting(json_writer& out, std::string_view name, const engine::tenant_settings& tenant) {
  out.begin_object().member("name", name);
  write_quantity(out.key("weight"), tenant.weight);
  write_integer_or_null(out.key("max_running"), tenant.max_running);
  write_integer_or_null(out.key("max_queued"), tenant.max_queued);
  out.key("paused").boolean(tenant.paused);
  out.end_object();
}

void write_setting(json_writer& out, std::string_view name, const engine::pool_settings& pool) {
  out.begin_object().member("name", name);
  write_quantity(out.key("slots"), pool.slots);
  out.member("cost", pool.cost == engine::cost_unit::runtime ? "runtime" : "declared");
  out.member("reserve_after_ms", pool.reserve_after.count());
  out.end_object();
}

void write_setting(json_writer& out, std::string_view name, const engine::key_settings& key) {
  out.begin_object().member("key", name);
  write_integer_or_null(out.key("max_running"), key.max_running);
  write_rate(out, key.rate);
  out.end_object();
}

void write_setting(json_writer& out, std::string_view name,
                   const engine::executor_settings& executor) {
  begin_executor(out, name, executor);
  out.end_object();
}

void write_executor(json_writer& out, const executor_view& executor) {
  begin_executor(out, executor.name, executor.settings);
  write_quantity(out.key("capacity"), executor.capacity);
  out.key("running").unsigned_integer(executor.running);
  out.member("health", executor.health);
  out.end_object();
}

} // namespace rota::protocol
