#include "bench/sim/sim_store.hpp"

#include <unistd.h>

#include <filesystem>
#include <stdexcept>

namespace rota::bench {
namespace {

void require(const persistence::store_status& done) {
  if (!done)
    throw std::runtime_error("the store: " + done.error().message);
}

/// A folder in memory if the machine has one; crashes of the machine itself are not simulated.
std::filesystem::path place_for_folders() {
  const std::filesystem::path in_memory{"/dev/shm"};
  return access(in_memory.c_str(), W_OK) == 0 ? in_memory : std::filesystem::temp_directory_path();
}

} // namespace

sim_store::sim_store(bool survives) {
  if (survives)
    folder_.emplace(place_for_folders());
  open();
}

void sim_store::open() {
  using persistence::durability;
  auto opened = folder_ ? persistence::store::open(folder_->path() / "data",
                                                   {.level = durability::os, .env = &disk_})
                        : persistence::store::open({}, {.level = durability::memory});
  if (!opened)
    throw std::runtime_error("the store: " + opened.error().message);
  store_ = std::move(*opened);
}

void sim_store::reopen() {
  store_.reset();
  disk_.resume_writing();
  open();
}

actors::recovered sim_store::start(engine::time_point now) {
  auto found = actors::recover(*store_);
  if (!found)
    throw std::runtime_error("recovery: " + found.error().message);
  require(actors::record_start(*store_, found->start + 1, now));
  require(store_->write_rows(found->directory_rows));
  return std::move(*found);
}

} // namespace rota::bench
