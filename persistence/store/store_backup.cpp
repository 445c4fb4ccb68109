#include "persistence/store/file.hpp"
#include "persistence/store/format.hpp"
#include "persistence/store/rocks.hpp"
#include "persistence/store/store.hpp"
#include "persistence/store/store_files.hpp"

#include <rocksdb/utilities/checkpoint.h>

#include <limits>
#include <memory>
#include <system_error>

namespace rota::persistence {
namespace {

/// The journal's log is copied, not flushed, so that commits continue.
constexpr std::uint64_t never_flush = std::numeric_limits<std::uint64_t>::max();

store_status copy_instance(rocksdb::DB& from, const std::filesystem::path& to,
                           std::uint64_t log_size_for_flush) {
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(&from, &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok())
    status = checkpoint->CreateCheckpoint(to.string(), log_size_for_flush);
  return to_status(status, "cannot create a backup in", to);
}

store_status make_new_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  if (std::filesystem::create_directory(folder, failure))
    return {};
  if (!failure || failure == std::errc::file_exists) {
    return store_error{store_errc::io,
                       folder.string() + " exists already; name a new folder for the backup"};
  }
  return errno_error(failure.value(), "cannot create", folder);
}

} // namespace

// Copies the rows first, then the journal, which is not cut in between: the copy's journal has
// every event that its rows reflect and all later ones.
store_status store::back_up(const std::filesystem::path& folder) {
  if (files_->in_memory())
    return store_error{store_errc::io, "a store with durability memory cannot be backed up"};
  if (auto made = make_new_folder(folder); made.has_error())
    return made;
  const system::lock held{files_->cutting};
  auto done = flush_rows();
  if (done.has_value())
    done = copy_instance(*files_->rows, folder / "rows", 0);
  if (done.has_value())
    done = copy_instance(*files_->journal, folder / "journal", never_flush);
  if (done.has_value()) {
    done = write_format(folder); // last: a folder without it is not opened as a store
  }
  if (done.has_error()) {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  return done;
}

} // namespace rota::persistence
