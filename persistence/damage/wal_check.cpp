#include "persistence/damage/wal_check.hpp"

#include "persistence/damage/crc32c.hpp"
#include "persistence/damage/rocks_format.hpp"
#include "persistence/store/file.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace rota::persistence {
namespace {

constexpr std::size_t block_size = 32 * 1024;
constexpr std::size_t header_size = 7;
constexpr std::size_t sector_size = 512;
constexpr std::size_t page_size = 4096;
constexpr std::size_t ahead_blocks_max = 4096; // 128 MiB: more than any record

enum class record_type : unsigned char { full = 1, first = 2, middle = 3, last = 4 };

struct header {
  std::uint32_t sum;
  std::size_t length;
  unsigned char type;

  explicit header(std::string_view bytes)
      : sum(static_cast<std::uint32_t>(little_endian(bytes, 4))),
        length(little_endian(bytes.substr(4), 2)),
        type(static_cast<unsigned char>(bytes[6])) {}

  [[nodiscard]] bool known_type() const { return type >= 1 && type <= 4; }
  [[nodiscard]] bool begins_record() const {
    return type == static_cast<unsigned char>(record_type::full) ||
           type == static_cast<unsigned char>(record_type::first);
  }
};

// Returns the header of the fragment at the front of `bytes` if the whole fragment is intact.
std::optional<header> intact_fragment(std::string_view bytes) {
  if (bytes.size() < header_size)
    return std::nullopt;
  const header head(bytes);
  if (!head.known_type() || header_size + head.length > bytes.size() ||
      masked(crc32c(bytes.substr(6, 1 + head.length))) != head.sum)
    return std::nullopt;
  return head;
}

// Whether the header's sum matches a payload shorter than its length: then the length was changed.
bool sum_fits_shorter(std::string_view bytes) {
  const header head(bytes);
  std::uint32_t sum = crc32c(bytes.substr(6, 1));
  for (std::size_t at = header_size;; ++at) {
    if (masked(sum) == head.sum)
      return true;
    if (at == bytes.size())
      return false;
    sum = crc32c(bytes.substr(at, 1), sum);
  }
}

// Whether an intact fragment that begins a record is anywhere in `block` from `offset` on.
bool record_begins_in(std::string_view block, std::size_t offset) {
  for (; offset + header_size <= block.size(); ++offset) {
    const header head(block.substr(offset));
    if (head.begins_record() && intact_fragment(block.substr(offset)))
      return true;
  }
  return false;
}

// Reads one log, block by block.
class log_reader {
public:
  log_reader(file log, std::uint64_t size) : log_(std::move(log)), size_(size) {}

  store_result<log_result> check();

private:
  [[nodiscard]] std::uint64_t here() const { return block_start_ + offset_; }
  [[nodiscard]] bool in_last_block() const { return block_start_ + block_size >= size_; }

  // Skips the intact fragments of the block. Returns whether it reached the end of the block.
  bool read_block();
  bool accept(const header& head);
  store_result<log_result> classify_end();
  store_result<bool> record_begins_later() const;
  store_result<bool> never_written() const;

  file log_;
  std::uint64_t size_;
  std::string block_;
  std::uint64_t block_start_ = 0;
  std::size_t offset_ = 0;
  std::uint64_t record_start_ = 0;
  bool inside_record_ = false;
};

store_result<log_result> log_reader::check() {
  for (; block_start_ < size_; block_start_ += block_size) {
    auto block = log_.read(block_start_, block_size);
    if (block.has_error())
      return block.error();
    block_ = std::move(*block);
    offset_ = 0;
    if (!read_block())
      return classify_end();
  }
  if (inside_record_)
    return log_result{log_end::torn, record_start_, "the file ends inside a record"};
  return log_result{};
}

bool log_reader::read_block() {
  while (block_.size() - offset_ >= header_size) {
    const auto head = intact_fragment(std::string_view(block_).substr(offset_));
    if (!head || !accept(*head))
      return false;
    offset_ += header_size + head->length;
  }
  // Less than a header is left: the block's trailer, or an unfinished header.
  return block_.size() == block_size || offset_ == block_.size();
}

// Whether the fragment may follow the ones before it.
bool log_reader::accept(const header& head) {
  if (head.begins_record() == inside_record_)
    return false;
  if (head.begins_record())
    record_start_ = here();
  const auto type = static_cast<record_type>(head.type);
  inside_record_ = type == record_type::first || type == record_type::middle;
  return true;
}

// Reading stopped at `offset_` of the block. Decides whether the writer died there or a byte
// changed.
store_result<log_result> log_reader::classify_end() {
  const std::uint64_t start = inside_record_ ? record_start_ : here();
  const auto rest = std::string_view(block_).substr(offset_);
  auto later = record_begins_later();
  if (later.has_error())
    return later.error();
  if (*later)
    return log_result{log_end::damaged, here(), "valid records follow an invalid one"};
  auto unwritten = never_written();
  if (unwritten.has_error())
    return unwritten.error();
  if (*unwritten)
    return log_result{log_end::torn, start, "the end of the file was not written"};
  if (!in_last_block())
    return log_result{log_end::damaged, here(), "wrong checksum of a record"};
  if (rest.size() < header_size)
    return log_result{log_end::torn, start, "the file ends inside a record's header"};
  const header head(rest);
  const bool reaches_behind_end = header_size + head.length > rest.size();
  const bool fits_block = offset_ + header_size + head.length <= block_size;
  if (!head.known_type() || !reaches_behind_end || !fits_block ||
      head.begins_record() == inside_record_)
    return log_result{log_end::damaged, here(), "malformed record or wrong checksum"};
  if (sum_fits_shorter(rest))
    return log_result{log_end::damaged, here(), "wrong length of a record"};
  return log_result{log_end::torn, start, "the file ends inside a record"};
}

store_result<bool> log_reader::record_begins_later() const {
  if (record_begins_in(block_, offset_ + 1))
    return true;
  const std::uint64_t end =
      std::min(size_, block_start_ + std::uint64_t{ahead_blocks_max} * block_size);
  for (std::uint64_t start = block_start_ + block_size; start < end; start += block_size) {
    auto block = log_.read(start, block_size);
    if (block.has_error())
      return block.error();
    if (record_begins_in(*block, 0))
      return true;
  }
  return false;
}

// A file system may extend the file before the disk has written the bytes, which leaves whole pages
// of zeros, or zeros from a sector boundary to the end. The journal's records never end with a
// zero, so a complete record is never mistaken for this.
store_result<bool> log_reader::never_written() const {
  std::uint64_t zeros_from = size_; // where the zeros at the end begin
  for (std::uint64_t start = here(); start < size_;) {
    const std::uint64_t next = std::min(size_, (start / page_size + 1) * page_size);
    auto bytes = log_.read(start, static_cast<std::size_t>(next - start));
    if (bytes.has_error())
      return bytes.error();
    const auto last_set = bytes->find_last_not_of('\0');
    if (last_set == std::string::npos) {
      if (next - start == page_size)
        return true;
      zeros_from = std::min(zeros_from, start);
    } else {
      zeros_from = start + last_set + 1;
    }
    start = next;
  }
  const std::uint64_t sector = (zeros_from + sector_size - 1) / sector_size * sector_size;
  return zeros_from == here() || sector < size_;
}

bool is_log(const std::filesystem::path& path) { return path.extension() == ".log"; }

// The logs of a folder in the order of their numbers, and the MANIFEST that CURRENT names.
struct log_files {
  std::vector<std::filesystem::path> logs;
  std::optional<std::filesystem::path> manifest;
};

store_result<log_files> find_logs(const std::filesystem::path& folder) {
  log_files found;
  std::error_code failure;
  std::filesystem::directory_iterator entries(folder, failure);
  for (; !failure && entries != std::filesystem::directory_iterator(); entries.increment(failure)) {
    if (is_log(entries->path()))
      found.logs.push_back(entries->path());
  }
  if (failure)
    return errno_error(failure.value(), "cannot list", folder);
  // RocksDB pads the numbers in file names to at least six digits.
  std::sort(found.logs.begin(), found.logs.end(), [](const auto& left, const auto& right) {
    const auto a = left.filename().string();
    const auto b = right.filename().string();
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  auto current = read_file(folder / "CURRENT", page_size);
  if (current.has_error())
    return current.error();
  if (current->has_value()) {
    std::string name = **current;
    while (!name.empty() && name.back() == '\n')
      name.pop_back();
    std::error_code ignored;
    // If CURRENT names a file that does not exist, RocksDB refuses to open.
    if (name.starts_with("MANIFEST-") && std::filesystem::exists(folder / name, ignored))
      found.manifest = folder / name;
  }
  return found;
}

// Returns the last non-empty log: the one being written when the writer died.
std::optional<std::filesystem::path> last_filled(const std::vector<std::filesystem::path>& logs) {
  const auto filled = std::find_if(logs.rbegin(), logs.rend(), [](const auto& path) {
    std::error_code ignored;
    return std::filesystem::file_size(path, ignored) > 0;
  });
  return filled == logs.rend() ? std::nullopt : std::optional(*filled);
}

store_error damaged(const std::filesystem::path& path, const log_result& result) {
  return {store_errc::corrupt,
          path.string() + " is damaged at byte " + std::to_string(result.offset) + ": " +
              result.reason +
              ". Acknowledged changes would be lost, so nothing was opened or changed. Check the "
              "disk, and restore the folder from a backup"};
}

store_status cut(const std::filesystem::path& path, std::uint64_t size) {
  auto log = file::open(path, true);
  return log.has_error() ? store_status(log.error()) : log->truncate(size);
}

} // namespace

store_result<log_result> check_log(const std::filesystem::path& path) {
  auto log = file::open(path, false);
  if (log.has_error())
    return log.error();
  auto size = log->size();
  if (size.has_error())
    return size.error();
  return log_reader(std::move(*log), *size).check();
}

store_status check_logs(const std::filesystem::path& folder) {
  auto found = find_logs(folder);
  if (found.has_error())
    return found.error();
  const auto last = last_filled(found->logs);
  if (found->manifest)
    found->logs.push_back(*found->manifest);
  // All logs are read before any is truncated, so that a damaged folder stays unchanged.
  std::vector<std::pair<std::filesystem::path, std::uint64_t>> torn;
  for (const auto& path : found->logs) {
    const auto result = check_log(path);
    if (result.has_error())
      return result.error();
    if (result->end == log_end::whole)
      continue;
    const bool may_tear = path == last || path == found->manifest;
    if (result->end == log_end::damaged || !may_tear)
      return damaged(path, *result);
    torn.emplace_back(path, result->offset);
  }
  for (const auto& [path, size] : torn) {
    if (auto done = cut(path, size); done.has_error())
      return done;
  }
  return {};
}

} // namespace rota::persistence
