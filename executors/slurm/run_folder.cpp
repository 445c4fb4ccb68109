#include "executors/slurm/run_folder.hpp"

#include "executors/slurm/files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace rota::executors::slurm {
namespace {

constexpr std::size_t record_bytes_max = std::size_t{4} << 20;
constexpr std::string_view rota_holds = "rota\n";

/// A name that no other thread or process uses at the same time.
std::string own_name(const std::string& path) {
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
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    return {};
  return engine::from_us(info.st_mtim.tv_sec * 1'000'000 + info.st_mtim.tv_nsec / 1000);
}

std::string_view cut_word(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
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
  const bool by_signal = cut_word(text) == "signal";
  (by_signal ? run.signal : run.exit_code) = number_in<int>(cut_word(text));
  run.started = time_in(cut_word(text));
  run.finished = time_in(cut_word(text));
  run.out_end = number_in<std::uint64_t>(cut_word(text));
  run.err_end = number_in<std::uint64_t>(cut_word(text));
  return run;
}

void read_line(end_record& end, std::string_view line) {
  const auto key = cut_word(line);
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

} // namespace

engine::time_point now() {
  return engine::time_point{std::chrono::duration_cast<engine::duration>(
      std::chrono::system_clock::now().time_since_epoch())};
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
  while (!text.empty()) {
    const auto stop = std::min(text.find('\n'), text.size());
    read_line(end, text.substr(0, stop));
    text.remove_prefix(std::min(stop + 1, text.size()));
  }
  return end;
}

std::string run_folder::file(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

backend_error run_folder::failed(const std::string& what) const {
  return backend_error{what + " " + path_ + ": " + std::strerror(errno)};
}

bool run_folder::is_there() const { return exists(path_); }

backend_result<bool> run_folder::create(const files& content) const {
  if (is_there())
    return false;
  const auto parent = std::filesystem::path(path_).parent_path().string();
  const run_folder fresh{
      own_name(parent + "/../new/" + std::filesystem::path(path_).filename().string())};
  bool good =
      ::mkdir(fresh.path_.c_str(), 0755) == 0 && ::mkdir(fresh.file("work").c_str(), 0755) == 0;
  for (const auto& [name, bytes] : content)
    good = good && write_synced(fresh.file(name), bytes);
  good = good && sync_folder(fresh.path_);
  // A folder is renamed onto another only where that is empty, and ours never are.
  const bool is_ours = good && std::rename(fresh.path_.c_str(), path_.c_str()) == 0;
  const bool is_taken = good && !is_ours && (errno == ENOTEMPTY || errno == EEXIST);
  const bool is_durable = is_ours && sync_folder(parent);
  const auto error = failed("cannot create");
  std::error_code ignored;
  if (!is_ours)
    std::filesystem::remove_all(fresh.path_, ignored);
  if (is_durable || is_taken)
    return is_ours;
  return error;
}

run_view run_folder::look() const {
  run_view view;
  bool is_claimed = false;
  for (const std::string& name : names_in(path_).value_or(std::vector<std::string>{})) {
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
  const auto by = read_piece(file("claim/by"), 0, rota_holds.size());
  return by && by->bytes == rota_holds ? claim_holder::rota : claim_holder::script;
}

backend_result<claim_holder> run_folder::claim() const {
  if (::mkdir(file("claim").c_str(), 0755) != 0) {
    if (errno != EEXIST)
      return failed("cannot claim");
    return holder();
  }
  if (!write_synced(file("claim/by"), rota_holds) || !sync_folder(file("claim")) ||
      !sync_folder(path_))
    return failed("cannot claim");
  return claim_holder::rota;
}

backend_result<void> run_folder::set(mark what) const {
  if (exists(file(name_of(what))))
    return {};
  if (!write_synced(file(name_of(what)), "") || !sync_folder(path_))
    return failed("cannot mark");
  return {};
}

std::string run_folder::beat() const {
  const auto piece = read_piece(file("beat"), 0, 32);
  return piece ? piece->bytes : std::string();
}

engine::time_point run_folder::claimed_at() const { return changed_at(file("claim/by")); }
engine::time_point run_folder::beaten_at() const { return changed_at(file("beat")); }

std::optional<end_record> run_folder::end() const {
  const auto piece = read_piece(file("result"), 0, record_bytes_max);
  return piece ? read_end(piece->bytes) : std::nullopt;
}

backend_result<void> run_folder::settle(const end_record& end) const {
  const auto fresh = own_name(file("result"));
  const bool is_written = write_synced(fresh, text_of(end));
  const bool is_named =
      is_written && (::link(fresh.c_str(), file("result").c_str()) == 0 || errno == EEXIST);
  const auto error = failed("cannot settle");
  ::unlink(fresh.c_str());
  if (!is_named)
    return error;
  if (!sync_folder(path_))
    return failed("cannot settle");
  return {};
}

std::string run_folder::handle() const {
  const auto piece = read_piece(file("handle"), 0, 64);
  return piece ? piece->bytes : std::string();
}

backend_result<void> run_folder::set_handle(const std::string& handle) const {
  if (!write_synced(file("handle"), handle))
    return failed("cannot record the handle in");
  return {};
}

} // namespace rota::executors::slurm
