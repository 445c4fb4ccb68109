#include "executors/docker/run_folders.hpp"

#include "system/files.hpp"
#include "system/process_identity.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace rota::executors::docker {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view envelope_form = "envelope";
constexpr std::string_view payload_form = "payload";

using system::exists;
using system::make_empty;
using system::remove_tree;

/// Only for regular files: a link that a container left is not followed.
std::optional<system::file_status> status_of(const std::string& path) {
  const auto status = system::status_of(path);
  return status && status->is_regular ? std::optional{*status} : std::nullopt;
}

/// Returns an empty text if the file cannot be read.
std::string read_piece(const std::string& path, std::uint64_t offset, std::size_t limit) {
  return value_or(system::read_at(system::open_regular(path, O_RDONLY), offset, limit), {});
}

engine::time_point changed(const system::file_status& status) {
  return engine::time_point{status.changed.time_since_epoch()};
}

/// Truncates a regular file to `size` bytes. Returns whether it was longer.
bool cut_file(const std::string& path, std::uint64_t size) {
  const auto file = system::open_regular(path, O_WRONLY);
  return value_or(system::size_of(file), 0) > size &&
         ::ftruncate(file.get(), static_cast<off_t>(size)) == 0;
}

/// Creates runs/NAME/io, in which any user of a container may write.
backend_result<bool> make_run(const std::string& run) {
  std::error_code error;
  const bool made = fs::create_directories(run + "/io", error);
  if (!error)
    fs::permissions(run + "/io", fs::perms::all, error);
  if (error)
    return backend_error{run + "/io: " + error.message()};
  return backend_result<bool>{boost::system::in_place_value, made};
}

/// Moves a stream of the run, if it exists, to the kept output.
void keep(const std::string& from, const std::string& to) {
  if (status_of(from))
    (void)std::rename(from.c_str(), to.c_str());
}

} // namespace

run_folders::run_folders(const std::string& folder)
    : runs_(fs::absolute(folder).lexically_normal().string() + "/runs"),
      ended_(fs::absolute(folder).lexically_normal().string() + "/ended"),
      boot_(system::boot_id()) {
  fs::create_directories(runs_);
  fs::create_directories(ended_);
  retained_.open(ended_);
}

backend_result<bool> run_folders::prepare(const std::string& name, const command_run& what,
                                          std::uint64_t output_bytes) {
  auto made = make_run(run(name));
  if (!made || claim_of(name) != claim_state::unclaimed)
    return made;
  // Rewritten each time: a power cut may have left the file without its content.
  const std::string most = std::to_string(output_bytes);
  const std::pair<std::string, std::string_view> files[] = {
      {io_folder(name) + "/stdin", what.input},
      {run(name) + "/most", most},
      {run(name) + "/form", what.job == nullptr ? envelope_form : payload_form}};
  for (const auto& [path, content] : files)
    if (const auto written =
            system::write_file(path, content, system::file_durability::until_power_cut);
        !written)
      return backend_error{written.error().text()};
  return made;
}

bool run_folders::is_of_envelope(const std::string& name) const {
  return read_piece(run(name) + "/form", 0, envelope_form.size()) == envelope_form;
}

std::string run_folders::io_folder(const std::string& name) const { return run(name) + "/io"; }

claim_state run_folders::claim_of(const std::string& name) const {
  if (exists(io_folder(name) + "/claim"))
    return claim_state::claimed;
  const std::string asked = read_piece(run(name) + "/asked", 0, boot_.size() + 1);
  return asked.empty() || asked == boot_ ? claim_state::unclaimed : claim_state::unknown;
}

std::optional<engine::time_point> run_folders::claimed_at(const std::string& name) const {
  const auto status = status_of(io_folder(name) + "/claim");
  return status ? std::optional{changed(*status)} : std::nullopt;
}

backend_result<void> run_folders::record_start_request(const std::string& name) {
  if (exists(run(name) + "/asked"))
    return {};
  return as_backend_result(
      system::write_file(run(name) + "/asked", boot_, system::file_durability::always));
}

backend_result<void> run_folders::fence(const std::string& name) {
  auto made = make_run(run(name));
  if (!made)
    return made.error();
  for (const std::string& mark : {run(name) + "/fenced", io_folder(name) + "/claim"})
    if (const auto done = make_empty(mark); !done)
      return as_backend_result(done);
  for (const std::string& folder : {io_folder(name), run(name), runs_})
    if (const auto done = system::sync_folder(folder); !done)
      return as_backend_result(done);
  return {};
}

bool run_folders::is_fenced(const std::string& name) const { return exists(run(name) + "/fenced"); }

bool run_folders::timed_out(const std::string& name) const {
  return exists(io_folder(name) + "/timeout");
}

std::optional<exit_record> run_folders::exit_record_of(const std::string& name) const {
  const std::string path = io_folder(name) + "/exit";
  const auto status = status_of(path);
  if (!status)
    return std::nullopt;
  const std::string text = read_piece(path, 0, 8);
  exit_record record{0, changed(*status)};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), record.code);
  const bool whole = error == std::errc{} && end + 1 == text.data() + text.size() && *end == '\n';
  return whole ? std::optional{record} : std::nullopt;
}

std::vector<std::string> run_folders::names() const {
  std::vector<std::string> names = value_or(system::names_in(runs_), {});
  std::erase_if(names, [](const std::string& name) { return !is_attempt_name(name); });
  return names;
}

bool run_folders::is_retired(const std::string& name) const { return exists(ended_ + "/" + name); }

bool run_folders::has_output(const std::string& name) const {
  return exists(io_folder(name)) || is_retired(name);
}

std::string run_folders::stream_path(const std::string& name, output_stream stream) const {
  const std::string file = stream == output_stream::out ? "/stdout" : "/stderr";
  return is_retired(name) ? ended_ + "/" + name + file : io_folder(name) + file;
}

std::string run_folders::read(const std::string& name, output_stream stream, std::uint64_t offset,
                              std::size_t limit) const {
  return read_piece(stream_path(name, stream), offset, limit);
}

std::uint64_t run_folders::size_of(const std::string& name, output_stream stream) const {
  const auto status = status_of(stream_path(name, stream));
  return status ? status->size : 0;
}

void run_folders::cut_output(const std::string& name) const {
  const std::string text = read_piece(run(name) + "/most", 0, 20);
  std::uint64_t most = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), most);
  if (text.empty() || error != std::errc{})
    return;
  if (cut_file(io_folder(name) + "/stdout", most))
    (void)make_empty(run(name) + "/cut");
  cut_file(io_folder(name) + "/stderr", most);
}

bool run_folders::is_cut(const std::string& name) const { return exists(run(name) + "/cut"); }

void run_folders::drop(const std::string& name) { remove_tree(run(name)); }

backend_result<void> run_folders::retire(const std::string& name) {
  if (!exists(run(name)))
    return {};
  const std::string kept = ended_ + "/" + name;
  const auto made = system::make_folder(kept, 0777);
  if (!made)
    return backend_error{made.error().text()};
  keep(io_folder(name) + "/stdout", kept + "/stdout");
  keep(io_folder(name) + "/stderr", kept + "/stderr");
  remove_tree(run(name));
  if (*made)
    retained_.add(name);
  return {};
}

} // namespace rota::executors::docker
