#include "executors/process/run_folder/records.hpp"

#include "executors/process/run_folder/fields.hpp"

#include <concepts>
#include <type_traits>

namespace rota::run_folder {
namespace {

/// Writes members as fields.
struct writing {
  field_writer out;

  void operator()(std::string_view name, const std::string& text) { out.add(name, text); }
  void operator()(std::string_view name, const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
      out.add(name, text);
  }
  template <class Number>
  void operator()(std::string_view name, Number number) {
    out.add_number(name, static_cast<std::int64_t>(number));
  }
  template <class Number>
  void operator()(std::string_view name, const std::optional<Number>& number) {
    if (number)
      (*this)(name, *number);
  }
  template <class Run>
  void each_run(const std::vector<Run>& runs) {
    for (const Run& run : runs) {
      out.add("run", {});
      members(*this, run);
    }
  }
};

/// Reads a field into the member of its name.
struct reading {
  const field& from;

  void operator()(std::string_view name, std::string& into) const {
    if (from.name == name)
      into = from.bytes;
  }
  void operator()(std::string_view name, std::vector<std::string>& into) const {
    if (from.name == name)
      into.emplace_back(from.bytes);
  }
  template <class Number>
  void operator()(std::string_view name, Number& into) const {
    if (from.name == name)
      into = static_cast<Number>(from.number());
  }
  template <class Number>
  void operator()(std::string_view name, std::optional<Number>& into) const {
    if (from.name == name)
      into = static_cast<Number>(from.number());
  }
  template <class Run>
  void each_run(std::vector<Run>& runs) const {
    if (from.name == "run")
      runs.emplace_back();
    else if (!runs.empty())
      members(*this, runs.back());
  }
};

template <class Value, class Record>
concept form_of = std::same_as<std::remove_const_t<Value>, Record>;

// The fields of each record, in their order.

void identity(auto& io, std::string_view pid_name, std::string_view start_name,
              form_of<process_identity> auto& which) {
  io(pid_name, which.pid);
  io(start_name, which.start_ticks);
}

void members(auto& io, form_of<run_order> auto& run) {
  io("job", run.job);
  io("word", run.words);
  io("run_variable", run.environment);
}

void members(auto& io, form_of<order> auto& what) {
  io("name", what.name);
  io("group", what.group);
  io("cwd", what.cwd);
  io("variable", what.environment);
  io.each_run(what.runs);
  io("memory_bytes", what.limits.memory_bytes);
  io("cpu_thousandths", what.limits.cpu_thousandths);
  io("pids", what.limits.pids);
  io("open_files", what.limits.open_files);
  io("output_bytes", what.limits.output_bytes);
  io("timeout_ms", what.timeout_ms);
  io("grace_ms", what.grace_ms);
}

void members(auto& io, form_of<start_record> auto& what) {
  io("boot", what.boot);
  identity(io, "shim_pid", "shim_start", what.shim);
  identity(io, "job_pid", "job_start", what.job);
  io("at_ns", what.at_ns);
  io("cgroup", what.cgroups);
}

void members(auto& io, form_of<run_result> auto& run) {
  io("exit_code", run.exit_code);
  io("signal", run.signal);
  io("started_ns", run.started_ns);
  io("finished_ns", run.finished_ns);
  io("timed_out", run.timed_out);
  io("message", run.message);
  io("out_from", run.out.from);
  io("out_to", run.out.to);
  io("err_from", run.err.from);
  io("err_to", run.err.to);
  io("out_is_cut", run.out_is_cut);
}

void members(auto& io, form_of<result> auto& what) {
  io.each_run(what.runs);
  io("stopped", what.is_stopped);
  io("user_us", what.user_us);
  io("system_us", what.system_us);
  io("peak_kb", what.peak_kb);
}

/// The contents of a lock file.
struct lock_holder {
  std::string boot;
  process_identity shim;
};

void members(auto& io, form_of<lock_holder> auto& what) {
  io("boot", what.boot);
  identity(io, "pid", "start", what.shim);
}

template <class Record>
std::string text_of(const Record& record) {
  writing io;
  members(io, record);
  return io.out.finish();
}

template <class Record>
std::optional<Record> read(const system::descriptor& folder, const char* name) {
  const auto text = system::read_file({folder, name});
  const auto fields = text ? fields_of(*text) : std::nullopt;
  if (!fields)
    return std::nullopt;
  Record record;
  for (const field& next : *fields) {
    reading io{next};
    members(io, record);
  }
  return record;
}

} // namespace

std::string input_file(std::size_t run) { return "in." + std::to_string(run); }

system::descriptor open_lock(const system::descriptor& folder) {
  return system::open_file({folder, lock_file}, O_RDWR | O_CREAT, 0600);
}

system::result<void> write_file(const system::descriptor& folder, const std::string& name,
                                std::string_view bytes, system::file_durability how) {
  return system::write_file({folder, name}, bytes, how, 0600);
}

std::string encode(const order& what) { return text_of(what); }
std::string encode(const start_record& what) { return text_of(what); }
std::string encode(const result& what) { return text_of(what); }
std::string encode(const process_identity& what) {
  return text_of(lock_holder{system::boot_id(), what});
}

std::optional<order> read_order(const system::descriptor& folder) {
  return read<order>(folder, order_file);
}

std::optional<start_record> read_started(const system::descriptor& folder, const char* name) {
  return read<start_record>(folder, name);
}

std::optional<result> read_result(const system::descriptor& folder) {
  return read<result>(folder, result_file);
}

std::optional<process_identity> read_shim(const system::descriptor& folder) {
  const auto holder = read<lock_holder>(folder, lock_file);
  return holder && holder->boot == system::boot_id() ? std::optional{holder->shim} : std::nullopt;
}

} // namespace rota::run_folder
