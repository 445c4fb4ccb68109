// Settings of types, tenants, pools, keys and executors: put and delete go to the directory, the
// delete of a key through the arbiter; reads go to the board.
#include "actors/session/requests/request.hpp"

namespace rota::actors {
namespace {

/// Sends one message to the directory, whose answer is the reply. The delete of a key goes to the
/// arbiter, which has the jobs in flight and ready: it refuses if the key is in use, and otherwise
/// forwards the message to the directory.
template <class Message, class Command>
class directory_request final : public command_request<Command> {
public:
  using command_request<Command>::command_request;

  void start() override {
    auto part = this->template make_part<Message>();
    part.what = std::move(this->what_);
    if constexpr (std::is_same_v<Message, delete_setting>)
      if (part.what.kind == setting_kind::key)
        return this->send(this->shared().arbiter, std::move(part));
    this->send(this->shared().directory, std::move(part));
  }
};

class get_setting_request final : public command_request<get_setting_command> {
public:
  using command_request::command_request;

  void start() override {
    depends_on(shared().journal.appended());
    finish(shared().board.read([&](const all_settings& all) {
      return with_map(all, what_.kind, [&](const auto& map) -> reply {
        const auto found = map.find(what_.name);
        if (found == map.end())
          return no_such_setting();
        return setting_view{what_.kind, found->first, found->second};
      });
    }));
  }
};

std::string health_of(const std::optional<executor_health>& known) {
  if (!known)
    return "not started";
  if (!known->start_error.empty())
    return "cannot start: " + known->start_error;
  if (!known->poll_error.empty())
    return "cannot poll: " + known->poll_error;
  return known->orphans == 0
             ? "healthy"
             : "healthy, with " + std::to_string(known->orphans) + " orphaned attempts";
}

setting_view::executor_state state_of(const shared_state& shared, const all_settings& all,
                                      const std::string& executor) {
  const auto known = shared.executors.health(executor);
  return {pool_in(all, executor).slots, known ? known->starting + known->running : 0,
          health_of(known)};
}

/// The cursor is the last name.
class list_settings_request final : public command_request<list_settings_command> {
public:
  using command_request::command_request;

  void start() override {
    depends_on(shared().journal.appended());
    list_settings_reply out;
    out.kind = what_.kind;
    shared().board.read([&](const all_settings& all) {
      with_map(all, what_.kind, [&](const auto& map) {
        auto i = what_.cursor.empty() ? map.begin() : map.upper_bound(what_.cursor);
        for (; i != map.end() && out.settings.size() < what_.limit; ++i)
          out.settings.push_back({what_.kind, i->first, i->second});
        if (what_.kind == setting_kind::executor)
          for (auto& view : out.settings)
            view.executor = state_of(shared(), all, view.name);
        if (i != map.end() && !out.settings.empty())
          out.cursor = out.settings.back().name;
      });
    });
    finish(std::move(out));
  }
};

} // namespace

request_ptr make_request(session_pointer self, std::uint64_t number, put_setting_command what) {
  return std::make_unique<directory_request<put_setting, put_setting_command>>(self, number,
                                                                               std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, delete_setting_command what) {
  return std::make_unique<directory_request<delete_setting, delete_setting_command>>(
      self, number, std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, pause_command what) {
  return std::make_unique<directory_request<pause_queues, pause_command>>(self, number,
                                                                          std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, drain_command what) {
  return std::make_unique<directory_request<drain_all, drain_command>>(self, number,
                                                                       std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, get_setting_command what) {
  return std::make_unique<get_setting_request>(self, number, std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, list_settings_command what) {
  return std::make_unique<list_settings_request>(self, number, std::move(what));
}

} // namespace rota::actors
