#include "wire/requests_method.hpp"

#include <algorithm>
#include <array>

namespace rota::protocol {
namespace {

/// In the order of the enum, which is the order of the names.
constexpr std::array<std::string_view, method_count> names{
    "events.subscribe", "events.unsubscribe", "executor.list", "executor.put",  "executor.remove",
    "job.cancel",       "job.complete",       "job.defer",     "job.explain",   "job.extend",
    "job.get",          "job.list",           "job.output",    "job.pop",       "job.push",
    "job.release",      "job.retry",          "key.delete",    "key.list",      "key.put",
    "pool.list",        "pool.put",           "queue.list",    "queue.pause",   "queue.resume",
    "server.drain",     "server.info",        "server.stats",  "tenant.delete", "tenant.get",
    "tenant.list",      "tenant.put",         "type.delete",   "type.get",      "type.list",
    "type.put",
};
static_assert(std::is_sorted(names.begin(), names.end()));

} // namespace

std::string_view to_text(method m) { return names[static_cast<std::size_t>(m)]; }

std::optional<method> method_from(std::string_view name) {
  const auto at = std::lower_bound(names.begin(), names.end(), name);
  if (at == names.end() || *at != name)
    return std::nullopt;
  return static_cast<method>(at - names.begin());
}

} // namespace rota::protocol
