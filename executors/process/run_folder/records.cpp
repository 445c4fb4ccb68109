#include "executors/process/run_folder/records.hpp"

#include "executors/process/run_folder/fields.hpp"

namespace rota::run_folder {
namespace {

void add_identity(field_writer& out, std::string_view pid_name, std::string_view start_name,
                  const process_identity& which) {
  out.add_number(pid_name, which.pid);
  out.add_number(start_name, static_cast<std::int64_t>(which.start_ticks));
}

bool take(const field& from, std::string_view name, std::string& into) {
  if (from.name != name)
    return false;
  into = from.bytes;
  return true;
}

template <class Number>
bool take(const field& from, std::string_view name, Number& into) {
  if (from.name != name)
    return false;
  into = static_cast<Number>(from.number());
  return true;
}

template <class Number>
bool take(const field& from, std::string_view name, std::optional<Number>& into) {
  return from.name == name && take(from, name, into.emplace());
}

bool take(const field& from, std::string_view name, std::vector<std::string>& into) {
  return from.name == name && take(from, name, into.emplace_back());
}

bool take_identity(const field& from, std::string_view pid_name, std::string_view start_name,
                   process_identity& into) {
  return take(from, pid_name, into.pid) || take(from, start_name, into.start_ticks);
}

bool take_limit(const field& from, run_limits& limits) {
  return take(from, "memory_bytes", limits.memory_bytes) ||
         take(from, "cpu_thousandths", limits.cpu_thousandths) || take(from, "pids", limits.pids) ||
         take(from, "open_files", limits.open_files) ||
         take(from, "output_bytes", limits.output_bytes);
}

bool take_of_run(const field& from, run_result& run) {
  return take(from, "exit_code", run.exit_code) || take(from, "signal", run.signal) ||
         take(from, "started_ns", run.started_ns) || take(from, "finished_ns", run.finished_ns) ||
         take(from, "timed_out", run.timed_out) || take(from, "message", run.message) ||
         take(from, "out_from", run.out.from) || take(from, "out_to", run.out.to) ||
         take(from, "err_from", run.err.from) || take(from, "err_to", run.err.to) ||
         take(from, "out_is_cut", run.out_is_cut);
}

/// The fields of a file, and the text that they refer to.
struct read_fields {
  std::string text;
  std::vector<field> fields;
};

bool read(const system::descriptor& folder, const char* name, read_fields& into) {
  auto text = system::read_file({folder, name});
  if (!text)
    return false;
  into.text = std::move(*text);
  auto fields = fields_of(into.text);
  if (fields)
    into.fields = std::move(*fields);
  return fields.has_value();
}

} // namespace

std::string input_file(std::size_t run) { return "in." + std::to_string(run); }

system::descriptor open_lock(const system::descriptor& folder) {
  return system::open_file({folder, lock_file}, O_RDWR | O_CREAT, 0600);
}

system::result<void> write_file(const system::descriptor& folder, const std::string& name,
                                std::string_view bytes, system::lasting how) {
  return system::write_file({folder, name}, bytes, how, 0600);
}

std::string encode(const order& what) {
  field_writer out;
  out.add("name", what.name).add("group", what.group).add("cwd", what.cwd);
  for (const std::string& variable : what.environment)
    out.add("variable", variable);
  for (const run_order& run : what.runs) {
    out.add("run", {}).add("job", run.job);
    for (const std::string& word : run.words)
      out.add("word", word);
    for (const std::string& variable : run.environment)
      out.add("run_variable", variable);
  }
  out.add_optional("memory_bytes", what.limits.memory_bytes);
  out.add_optional("cpu_thousandths", what.limits.cpu_thousandths);
  out.add_optional("pids", what.limits.pids);
  out.add_optional("open_files", what.limits.open_files);
  out.add_number("output_bytes", what.limits.output_bytes);
  out.add_optional("timeout_ms", what.timeout_ms).add_number("grace_ms", what.grace_ms);
  return out.finish();
}

std::string encode(const start_record& what) {
  field_writer out;
  out.add("boot", what.boot);
  add_identity(out, "shim_pid", "shim_start", what.shim);
  add_identity(out, "job_pid", "job_start", what.job);
  out.add_number("at_ns", what.at_ns);
  for (const std::string& folder : what.cgroups)
    out.add("cgroup", folder);
  return out.finish();
}

std::string encode(const result& what) {
  field_writer out;
  for (const run_result& run : what.runs) {
    out.add("run", {});
    out.add_optional("exit_code", run.exit_code).add_optional("signal", run.signal);
    out.add_number("started_ns", run.started_ns).add_number("finished_ns", run.finished_ns);
    out.add_number("timed_out", run.timed_out ? 1 : 0).add("message", run.message);
    out.add_number("out_from", run.out.from).add_number("out_to", run.out.to);
    out.add_number("err_from", run.err.from).add_number("err_to", run.err.to);
    out.add_number("out_is_cut", run.out_is_cut ? 1 : 0);
  }
  out.add_number("stopped", what.is_stopped ? 1 : 0);
  out.add_number("user_us", what.user_us).add_number("system_us", what.system_us);
  out.add_number("peak_kb", what.peak_kb);
  return out.finish();
}

std::string encode(const process_identity& what) {
  field_writer out;
  out.add("boot", system::boot_id());
  add_identity(out, "pid", "start", what);
  return out.finish();
}

std::optional<order> read_order(const system::descriptor& folder) {
  read_fields from;
  if (!read(folder, order_file, from))
    return std::nullopt;
  order what;
  for (const field& next : from.fields) {
    if (next.name == "run")
      what.runs.emplace_back();
    else if (next.name == "job" && !what.runs.empty())
      what.runs.back().job = next.bytes;
    else if (next.name == "word" && !what.runs.empty())
      what.runs.back().words.emplace_back(next.bytes);
    else if (next.name == "run_variable" && !what.runs.empty())
      what.runs.back().environment.emplace_back(next.bytes);
    else
      (void)(take(next, "name", what.name) || take(next, "group", what.group) ||
             take(next, "cwd", what.cwd) || take(next, "variable", what.environment) ||
             take_limit(next, what.limits) || take(next, "timeout_ms", what.timeout_ms) ||
             take(next, "grace_ms", what.grace_ms));
  }
  return what;
}

std::optional<start_record> read_started(const system::descriptor& folder, const char* name) {
  read_fields from;
  if (!read(folder, name, from))
    return std::nullopt;
  start_record what;
  for (const field& next : from.fields)
    (void)(take(next, "boot", what.boot) ||
           take_identity(next, "shim_pid", "shim_start", what.shim) ||
           take_identity(next, "job_pid", "job_start", what.job) ||
           take(next, "at_ns", what.at_ns) || take(next, "cgroup", what.cgroups));
  return what;
}

std::optional<result> read_result(const system::descriptor& folder) {
  read_fields from;
  if (!read(folder, result_file, from))
    return std::nullopt;
  result what;
  for (const field& next : from.fields) {
    if (next.name == "run")
      what.runs.emplace_back();
    else if (what.runs.empty() || !take_of_run(next, what.runs.back()))
      (void)(take(next, "stopped", what.is_stopped) || take(next, "user_us", what.user_us) ||
             take(next, "system_us", what.system_us) || take(next, "peak_kb", what.peak_kb));
  }
  return what;
}

std::optional<process_identity> read_shim(const system::descriptor& folder) {
  read_fields from;
  if (!read(folder, lock_file, from))
    return std::nullopt;
  process_identity shim;
  std::string boot;
  for (const field& next : from.fields)
    (void)(take(next, "boot", boot) || take_identity(next, "pid", "start", shim));
  return boot == system::boot_id() ? std::optional{shim} : std::nullopt;
}

} // namespace rota::run_folder
