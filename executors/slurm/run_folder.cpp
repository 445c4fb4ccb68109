#include "executors/slurm/run_folder.hpp"

#include "system/files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <sstream>

namespace rota::executors::slurm {
namespace {

constexpr std::size_t record_bytes_max = std::size_t{4} << 20;
constexpr std::string_view rota_claim_text = "rota\n";

/// Returns a name that no other thread or process uses at the same time.
std::string unique_name(const std::string& path) {
  static std::atomic<unsigned> last{0};
  return fmt::format("{}.{}.{}", path, ::getpid(), ++last);
}

std::string_view name_of(mark what) {
  switch (what) {
  case mark::term: return "term";
  case mark::kill: return "kill";
  case mark::fenced: break;
  }
  return "fenced";
}

engine::time_point changed_at(const std::string& path) {
  return engine::time_point{value_or(system::status_of(path), {}).changed.time_since_epoch()};
}

template <class Number>
Number number_in(std::string_view word) {
  Number number = 0;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

engine::time_point time_in(std::string_view nanoseconds) {
  return engine::from_us(number_in<std::int64_t>(nanoseconds) / 1000);
}

end_record::run run_in(std::string_view text) {
  end_record::run run;
  const bool by_signal = cut_until(text, ' ') == "signal";
  (by_signal ? run.signal : run.exit_code) = number_in<int>(cut_until(text, ' '));
  run.started = time_in(cut_until(text, ' '));
  run.finished = time_in(cut_until(text, ' '));
  run.out_end = number_in<std::uint64_t>(cut_until(text, ' '));
  run.err_end = number_in<std::uint64_t>(cut_until(text, ' '));
  return run;
}

void read_line(end_record& end, std::string_view line) {
  const auto key = cut_until(line, ' ');
  if (key == "exit")
    end.exit_code = number_in<int>(line);
  else if (key == "signal")
    end.signal = number_in<int>(line);
  else if (key == "started")
    end.started = time_in(line);
  else if (key == "finished")
    end.finished = time_in(line);
  else if (key == "timed_out")
    end.timed_out = line == "1";
  else if (key == "message")
    end.message = line;
  else if (key == "run")
    end.runs.push_back(run_in(line));
}

constexpr std::size_t names_bytes_max = std::size_t{4} << 20;

/// A stream that is opened anew for each read, which makes NFS revalidate it. Unreadable streams
/// are empty.
class stream {
public:
  stream(const run_folder& run, const char* name)
      : file_(system::open_file(run.file(name), O_RDONLY)),
        size_(value_or(system::size_of(file_), 0)) {}

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::string bytes(std::uint64_t offset, std::size_t limit) const {
    return value_or(system::read_at(file_, offset, limit), {});
  }

private:
  system::descriptor file_;
  std::uint64_t size_;
};

/// Returns how one run of a loop ended; its parts of the streams begin at the ends of the previous
/// run's.
job_result run_ending(const run_folder& run, const end_record::run& how,
                      const end_record::run& before, std::size_t bytes_left) {
  job_result part{{how}, {}};
  const auto out_size = how.out_end - std::min(how.out_end, before.out_end);
  const auto err_size = how.err_end - std::min(how.err_end, before.err_end);
  const auto err_tail = std::min<std::uint64_t>(err_size, attempt_result::error_bytes_max);
  part.output =
      stream{run, "stdout"}.bytes(before.out_end, std::min<std::uint64_t>(out_size, bytes_left));
  part.output_is_cut = out_size > part.output.size();
  part.error_tail = stream{run, "stderr"}.bytes(how.err_end - err_tail, err_tail);
  return part;
}

std::vector<job_result> run_endings(const run_folder& run, const end_record& end) {
  std::istringstream ids{stream{run, "jobs"}.bytes(0, names_bytes_max)};
  std::vector<job_result> parts;
  std::string id;
  std::size_t bytes_left = attempt_result::output_bytes_max;
  end_record::run before;
  for (std::size_t number = 0; number < end.runs.size() && std::getline(ids, id); ++number) {
    auto& part = parts.emplace_back(run_ending(run, end.runs[number], before, bytes_left));
    part.job = id;
    part.timed_out = end.timed_out && number + 1 == end.runs.size();
    bytes_left -= part.output.size();
    before = end.runs[number];
  }
  return parts;
}

} // namespace

std::string_view cut_until(std::string_view& text, char delimiter) {
  const auto end = std::min(text.find(delimiter), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

std::string text_of(const end_record& end) {
  std::string text;
  if (end.exit_code)
    text += fmt::format("exit {}\n", *end.exit_code);
  if (end.signal)
    text += fmt::format("signal {}\n", *end.signal);
  text += fmt::format("started {}\nfinished {}\ntimed_out {}\n", engine::to_us(end.started) * 1000,
                      engine::to_us(end.finished) * 1000, end.timed_out ? 1 : 0);
  return text + "message " + end.message + "\n";
}

std::optional<end_record> read_end(std::string_view text) {
  if (text.find("finished ") == std::string_view::npos)
    return std::nullopt;
  end_record end;
  while (!text.empty())
    read_line(end, cut_until(text, '\n'));
  return end;
}

std::string run_folder::file(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

std::string run_folder::text(std::string_view name, std::size_t bytes_max) const {
  return value_or(system::read_file(file(name), bytes_max), {});
}

system::result<void> run_folder::put(std::string_view name, std::string_view bytes) const {
  return system::write_in_place(file(name), bytes);
}

bool run_folder::is_there() const { return system::exists(path_); }

backend_result<bool> run_folder::create(const files& content) const {
  if (is_there())
    return false;
  const auto parent = std::filesystem::path(path_).parent_path().string();
  const run_folder fresh{
      unique_name(parent + "/../new/" + std::filesystem::path(path_).filename().string())};
  const auto filled = fresh.fill(content);
  // rename() replaces only empty folders, and attempts' folders never are.
  const bool is_ours = filled && std::rename(fresh.path_.c_str(), path_.c_str()) == 0;
  const int error = errno;
  if (!is_ours)
    system::remove_tree(fresh.path_);
  if (!filled)
    return backend_error{filled.error().text()};
  if (!is_ours && error != ENOTEMPTY && error != EEXIST)
    return backend_error{"cannot create " + path_ + ": " + system::reason_of(error)};
  if (const auto synced = is_ours ? system::sync_folder(parent) : filled; !synced)
    return backend_error{synced.error().text()};
  return is_ours;
}

system::result<void> run_folder::fill(const files& content) const {
  for (const std::string& folder : {path_, file("work")})
    if (const auto made = system::make_folder(folder, 0755); !made)
      return made.error();
  for (const auto& [name, bytes] : content)
    if (auto written = put(name, bytes); !written)
      return written;
  return system::sync_folder(path_);
}

folder_state run_folder::look() const {
  folder_state view;
  bool is_claimed = false;
  for (const std::string& name : value_or(system::names_in(path_), {})) {
    is_claimed = is_claimed || name == "claim";
    view.ended = view.ended || name == "result";
    view.fenced = view.fenced || name == name_of(mark::fenced);
    view.killed = view.killed || name == name_of(mark::kill);
    view.terminated = view.terminated || name == name_of(mark::term);
  }
  if (is_claimed)
    view.holder = holder();
  return view;
}

claim_holder run_folder::holder() const {
  return text("claim/by", rota_claim_text.size()) == rota_claim_text ? claim_holder::rota
                                                                     : claim_holder::script;
}

backend_result<claim_holder> run_folder::claim() const {
  const auto made = system::make_folder(file("claim"), 0755);
  if (!made)
    return backend_error{made.error().text()};
  if (!*made)
    return holder();
  auto done = put("claim/by", rota_claim_text);
  for (const std::string& folder : {file("claim"), path_})
    if (done)
      done = system::sync_folder(folder);
  if (!done)
    return backend_error{done.error().text()};
  return claim_holder::rota;
}

backend_result<void> run_folder::set(mark what) const {
  if (system::exists(file(name_of(what))))
    return {};
  auto done = put(name_of(what), "");
  if (done)
    done = system::sync_folder(path_);
  return as_backend_result(done);
}

std::string run_folder::beat() const { return text("beat", 32); }

engine::time_point run_folder::claimed_at() const { return changed_at(file("claim/by")); }
engine::time_point run_folder::last_beat_at() const { return changed_at(file("beat")); }

std::optional<end_record> run_folder::end() const {
  return read_end(text("result", record_bytes_max));
}

backend_result<void> run_folder::settle(const end_record& end) const {
  const auto fresh = unique_name("result");
  auto done = put(fresh, text_of(end));
  if (done && ::link(file(fresh).c_str(), file("result").c_str()) != 0 && errno != EEXIST)
    done = system::call_error{"cannot create " + file("result"), errno};
  ::unlink(file(fresh).c_str());
  if (done)
    done = system::sync_folder(path_);
  return as_backend_result(done);
}

std::string run_folder::handle() const { return text("handle", 64); }

backend_result<void> run_folder::set_handle(const std::string& handle) const {
  return as_backend_result(put("handle", handle));
}

attempt_result ending_of(const run_folder& run, const end_record& end) {
  attempt_result how{{end}, false, {}};
  const stream err{run, "stderr"};
  const auto tail = std::min<std::uint64_t>(err.size(), attempt_result::error_bytes_max);
  how.error_tail = err.bytes(err.size() - tail, tail);
  how.is_of_envelope = system::exists(run.file("envelope"));
  how.jobs = run_endings(run, end);
  const stream out{run, "stdout"};
  how.output = out.bytes(0, attempt_result::output_bytes_max);
  how.output_is_cut = out.size() > how.output.size() || system::exists(run.file("stdout.cut"));
  return how;
}

} // namespace rota::executors::slurm
