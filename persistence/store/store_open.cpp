#include "persistence/damage/table_check.hpp"
#include "persistence/damage/wal_check.hpp"
#include "persistence/store/file.hpp"
#include "persistence/store/format.hpp"
#include "persistence/store/rocks.hpp"
#include "persistence/store/store.hpp"
#include "persistence/store/store_files.hpp"

#include <rocksdb/iterator.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace rota::persistence {
namespace {

// With durability os, rows could reach the disk before the groups that they reflect. The journal's
// log is therefore synced before any flush of rows begins.
class journal_before_rows : public rocksdb::EventListener {
public:
  explicit journal_before_rows(rocksdb::DB& journal) : journal_(journal) {}

  void OnFlushBegin(rocksdb::DB*, const rocksdb::FlushJobInfo&) override {
    // If this fails, so does the next commit: the instance remembers the error.
    journal_.SyncWAL().PermitUncheckedError();
  }

private:
  rocksdb::DB& journal_;
};

store_error corrupt(const std::filesystem::path& folder, const std::string& what) {
  return {store_errc::corrupt,
          folder.string() + ": " + what +
              ". Acknowledged changes are missing, so the store was not opened. "
              "Check the disk, and restore the folder from a backup"};
}

store_status make_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  return failure ? store_status(errno_error(failure.value(), "cannot create", folder))
                 : store_status();
}

bool has_instance(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::exists(folder / "CURRENT", ignored);
}

// Checked before RocksDB opens the folders, because it replaces missing files and drops unreadable
// ones.
store_status check_folders(const store_files& files, bool exists) {
  for (const auto& folder : {files.journal_folder, files.rows_folder}) {
    if (exists && !has_instance(folder))
      return corrupt(folder, "the file CURRENT is missing");
    std::error_code ignored;
    if (std::filesystem::exists(folder, ignored)) {
      auto checked = check_logs(folder);
      if (checked.has_value())
        checked = check_tables(folder);
      if (checked.has_error())
        return checked;
    }
  }
  return {};
}

store_result<std::unique_ptr<rocksdb::DB>> open_instance(rocksdb::Options options, bool create,
                                                         const std::filesystem::path& folder) {
  options.create_if_missing = create;
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::Open(options, folder.string(), &opened);
  if (!status.ok())
    return to_error(status, "cannot open", folder);
  return std::unique_ptr<rocksdb::DB>(opened);
}

store_status open_instances(store_files& files, rocksdb::Env* env, bool create) {
  auto journal =
      open_instance(journal_rocks_options(files.options, env), create, files.journal_folder);
  if (journal.has_error())
    return journal.error();
  files.journal = std::move(*journal);
  auto rows_options = rows_rocks_options(files.options, env);
  if (files.options.level == durability::os)
    rows_options.listeners.push_back(std::make_shared<journal_before_rows>(*files.journal));
  auto rows = open_instance(std::move(rows_options), create, files.rows_folder);
  if (rows.has_error())
    return rows.error();
  files.rows = std::move(*rows);
  return {};
}

store_status verify_sums(const store_files& files) {
  rocksdb::ReadOptions how;
  how.readahead_size = 2 << 20;
  auto verified =
      to_status(files.journal->VerifyChecksum(how), "cannot verify", files.journal_folder);
  if (verified.has_value())
    verified = to_status(files.rows->VerifyChecksum(how), "cannot verify", files.rows_folder);
  return verified;
}

// Finds the last group and checks that there is no gap before it.
store_status recover_positions(store_files& files) {
  return walk_journal(files, {0}, [&](const journal_group& group) {
    files.last = group.last.value;
    files.last_group_first = group.first.value;
    files.recovered_bytes += group.bytes.size();
    return true;
  });
}

store_result<std::uint64_t> read_number(const store& rows, std::string_view key) {
  auto row = rows.get_row(table::store_state, key);
  if (row.has_error())
    return row.error();
  return *row && (*row)->size() == sizeof(std::uint64_t) ? read_big_endian<std::uint64_t>(**row, 0)
                                                         : 0;
}

struct journal_ends {
  bool any = false;
  std::uint64_t first = 0;
};

// Returns whether the journal has a group, and the first position of the first one.
store_result<journal_ends> find_ends(const store_files& files) {
  const std::unique_ptr<rocksdb::Iterator> groups(
      files.journal->NewIterator(rocksdb::ReadOptions()));
  groups->SeekToFirst();
  if (!groups->status().ok())
    return to_error(groups->status(), "cannot read", files.journal_folder);
  if (!groups->Valid())
    return journal_ends{};
  return journal_ends{true, read_big_endian<std::uint64_t>(to_view(groups->key()), 8)};
}

// Checks that the journal begins where it was cut and covers what the rows reflect.
store_status check_against_rows(const store_files& files, const store& rows) {
  auto ends = find_ends(files);
  auto cut = read_number(rows, cut_row);
  auto reflected = read_number(rows, reflected_row);
  if (ends.has_error() || cut.has_error() || reflected.has_error())
    return ends.has_error() ? ends.error() : cut.has_error() ? cut.error() : reflected.error();
  if (!ends->any)
    return corrupt(files.journal_folder, "the journal has no groups");
  if (ends->first > *cut + 1) {
    return corrupt(files.journal_folder, "the journal begins at position " +
                                             std::to_string(ends->first) +
                                             " but was truncated at " + std::to_string(*cut));
  }
  if (files.last < *reflected) {
    return corrupt(files.journal_folder, "the journal ends at position " +
                                             std::to_string(files.last) + " but the rows reflect " +
                                             std::to_string(*reflected));
  }
  return {};
}

// A folder without FORMAT is new, or its creation was interrupted; then nothing was acknowledged.
store_status begin_store(store_files& files, store& made) {
  auto ends = find_ends(files);
  if (ends.has_error())
    return ends.error();
  if (ends->any && files.last != 0)
    return corrupt(files.folder, "the file FORMAT is missing beside a journal with groups");
  if (!ends->any) {
    if (auto committed = made.commit({0}, {0}, {}); committed.has_error())
      return committed;
  }
  return write_format(files.folder);
}

// Opening writes, because the journal's log is converted to tables. If the disk is too full for
// that, Debian's RocksDB aborts on an assertion instead of returning an error; hence this check.
store_status check_free_space(const store_files& files) {
  constexpr std::uintmax_t least = std::uintmax_t{1} << 20;
  // Approximate ratio of a log's size to that of the resulting table.
  constexpr std::uintmax_t compressed = 8;
  std::uintmax_t needed = least;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(files.journal_folder, error)) {
    std::error_code gone;
    const auto size = entry.file_size(gone);
    needed += !gone && entry.path().extension() == ".log" ? size / compressed : 0;
  }
  const auto space = std::filesystem::space(files.folder, error);
  if (!error && space.available < needed) {
    return store_error{store_errc::no_space, "cannot open " + files.folder.string() + ": " +
                                                 std::to_string(space.available) +
                                                 " bytes are free, " + std::to_string(needed) +
                                                 " are needed. The disk is full: free some space"};
  }
  return {};
}

store_status prepare_folder(store_files& files, bool& exists) {
  if (auto made = make_folder(files.folder); made.has_error())
    return made;
  auto lock = store_lock::take(files.folder);
  if (lock.has_error())
    return lock.error();
  files.lock = std::move(*lock);
  auto format = has_format(files.folder);
  if (format.has_error())
    return format.error();
  exists = *format;
  if (auto space = check_free_space(files); space.has_error())
    return space;
  return check_folders(files, exists);
}

} // namespace

store_status walk_journal(const store_files& files, position after, const store::on_group& fn) {
  const auto from = group_key({after.value + 1}, {0});
  const std::unique_ptr<rocksdb::Iterator> groups(
      files.journal->NewIterator(rocksdb::ReadOptions()));
  std::uint64_t expected = 0;
  for (groups->Seek(from); groups->Valid(); groups->Next()) {
    const auto key = to_view(groups->key());
    auto bytes = to_view(groups->value());
    if (key.size() != group_key_bytes || bytes.empty() || bytes.back() != group_end_mark)
      return corrupt(files.journal_folder, "the journal contains a malformed group");
    bytes.remove_suffix(1);
    const position last{read_big_endian<std::uint64_t>(key, 0)};
    const position first{read_big_endian<std::uint64_t>(key, 8)};
    if (first > last || (expected != 0 && first.value != expected)) {
      return corrupt(files.journal_folder,
                     "the journal lacks position " + std::to_string(expected));
    }
    expected = last.value + 1;
    if (!fn({first, last, bytes}))
      break;
  }
  return to_status(groups->status(), "cannot read", files.journal_folder);
}

store_result<std::unique_ptr<store>> store::open(const std::filesystem::path& folder,
                                                 const store_options& options) {
  const bool in_memory = options.level == durability::memory;
  auto files = std::make_unique<store_files>(in_memory ? "/memory" : folder, options);
  rocksdb::Env* env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  bool exists = false;
  if (in_memory) {
    files->memory_env.reset(rocksdb::NewMemEnv(env));
    env = files->memory_env.get();
  } else if (auto prepared = prepare_folder(*files, exists); prepared.has_error()) {
    return prepared.error();
  }
  if (auto opened = open_instances(*files, env, !exists); opened.has_error())
    return opened.error();
  std::unique_ptr<store> made(new store(std::move(files)));
  if (in_memory)
    return made;
  auto checked = verify_sums(*made->files_);
  if (checked.has_value())
    checked = recover_positions(*made->files_);
  if (checked.has_value())
    checked = exists ? check_against_rows(*made->files_, *made) : begin_store(*made->files_, *made);
  if (checked.has_error())
    return checked.error();
  return made;
}

} // namespace rota::persistence
