#include "cmd/rotad/console/format_actors.hpp"

#include "json/write.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rota::daemon {
namespace {

void write_actor(json_writer& out, std::string_view actor, std::string_view executor,
                 std::uint64_t count, std::optional<std::size_t> mailbox) {
  out.begin_object().member("actor", actor);
  if (!executor.empty())
    out.member("executor", executor);
  out.member("count", static_cast<std::int64_t>(count));
  if (mailbox)
    out.member("mailbox", static_cast<std::int64_t>(*mailbox));
  else
    out.key("mailbox").null();
  out.end_object();
}

} // namespace

std::string format_actors(const actors::room_figures& figures) {
  std::string text;
  json_writer out{text};
  out.begin_object().key("actors").begin_array();
  for (const auto& load : figures.loads)
    write_actor(out, load.actor, load.executor, load.actor == "session" ? figures.sessions : 1,
                load.mailbox);
  write_actor(out, "queue", {}, figures.queues, std::nullopt);
  write_actor(out, "foreman", {}, 1, std::nullopt);
  out.end_array().end_object();
  return text;
}

} // namespace rota::daemon
