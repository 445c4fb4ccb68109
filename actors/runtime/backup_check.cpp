#include "actors/runtime/backup_check.hpp"

#include "actors/runtime/recovery.hpp"
#include "persistence/store/format.hpp"

namespace rota::actors {
namespace {

std::size_t jobs_of(const engine::queue_counts& counts) {
  return counts.ready + counts.delayed + counts.running + counts.ended;
}

} // namespace

persistence::store_result<backup_summary> check_backup(const std::filesystem::path& folder) {
  const auto format = persistence::has_format(folder);
  if (!format)
    return format.error();
  if (!*format) // opening it would create a new store
    return persistence::store_error{persistence::store_errc::corrupt,
                                    folder.string() +
                                        " contains no store: the file FORMAT is missing"};
  const auto store = persistence::store::open(folder, {});
  if (!store)
    return store.error();
  const auto found = recover(**store);
  if (!found)
    return found.error();
  backup_summary summary;
  summary.position = (*store)->last_position().value;
  summary.queues = found->queues.size();
  for (const auto& [number, queue] : found->queues)
    summary.jobs += jobs_of(queue.core->counts());
  return summary;
}

} // namespace rota::actors
