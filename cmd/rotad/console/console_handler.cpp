#include "cmd/rotad/console/console_handler.hpp"

#include "cmd/rotad/change_log.hpp"
#include "cmd/rotad/gate_sink.hpp"
#include "cmd/rotad/parse_command.hpp"
#include "wire/reading.hpp"

#include <caf/send.hpp>

#include <utility>

namespace rota::daemon {

using wire::error_kind;

console_handler::console_handler(boost::asio::io_context& io, const options& settings,
                                 answer_gate& gate)
    : settings_(settings),
      gate_(gate),
      checker_(json_limits{settings.wire.max_depth}),
      operators_(io,
                 [this](std::uint64_t number, const wire::answer& what) { finish(number, what); }),
      port_(io, *settings.console, settings.runtime.programs / "rota-console-port",
            settings.wire.max_line_bytes,
            [this](const console::port_message& request) { serve(request); }) {}

void console_handler::attach(std::shared_ptr<actors::engine_runtime> runtime, std::uint64_t epoch) {
  runtime_ = std::move(runtime);
  session_ = runtime_->open_session(
      std::make_shared<gate_sink>(gate_, epoch, shared_from_this(), settings_.durability));
}

void console_handler::detach() {
  session_ = nullptr;
  runtime_.reset();
  operators_.drop_snapshot_requests();
  for (const auto& [number, request] : std::exchange(open_, {}))
    answer(number, storage_failed_answer());
}

void console_handler::stop() {
  stopping_ = true;
  if (session_)
    caf::anon_send(session_, actors::connection_closed{});
  session_ = nullptr;
  runtime_.reset();
}

void console_handler::serve(const console::port_message& request) {
  if (const auto error = checker_.check(request.text))
    return refuse(request.number, error_kind::parse, "the JSON of params " + error->reason);
  const json_value params{request.text};
  if (!params.is_object())
    return refuse(request.number, error_kind::invalid_request, "params must be an object");
  if (!operators_.has(request.method))
    return serve_client_method(request, params);
  if (stopping_)
    return refuse(request.number, error_kind::draining,
                  "the server is shutting down; the request was not executed");
  if (!runtime_)
    return answer(request.number, storage_failed_answer());
  open_.try_emplace(request.number);
  operators_.serve(request.number, request.method, params, runtime_);
}

void console_handler::serve_client_method(const console::port_message& request, json_value params) {
  if (request.method == "console.actors")
    return ask_for_actors(request.number, params);
  const auto* known = wire::find_method(request.method);
  if (known == nullptr)
    return refuse(request.number, error_kind::unknown_method, "unknown method " + request.method);
  if (known->traits.on_connection)
    return refuse(request.number, error_kind::unauthorized,
                  request.method + " is not available on the console's port");
  auto parsed =
      parse_command(*known, params, {session_ ? runtime_.get() : nullptr, stopping_}, settings_);
  if (const auto* at_once = std::get_if<wire::answer>(&parsed))
    return answer(request.number, *at_once);
  open_.try_emplace(request.number, open_request{known, params_for_log(*known, params)});
  caf::anon_send(session_, actors::client_command{request.number,
                                                  std::move(std::get<actors::command>(parsed))});
}

void console_handler::ask_for_actors(std::uint64_t number, json_value params) {
  if (const auto nothing = wire::read_params<wire::no_params>(params); !nothing)
    return answer(number, wire::invalid_params(nothing.error()));
  if (!session_)
    return answer(number, storage_failed_answer());
  open_.try_emplace(number);
  caf::anon_send(session_, actors::client_command{
                               number, actors::figures_command{0, actors::figures_view::actors}});
}

void console_handler::deliver(outgoing_message& answered) {
  finish(answered.request, answered.what);
}

void console_handler::finish(std::uint64_t number, const wire::answer& what) {
  const auto found = open_.find(number);
  if (found == open_.end())
    return;
  const auto request = std::move(found->second);
  open_.erase(found);
  if (!request.params.empty())
    log_change({request.method->name, request.params, "console", {}}, what);
  answer(number, what);
}

void console_handler::refuse(std::uint64_t number, error_kind kind, std::string why) {
  answer(number, wire::failure(kind, std::move(why)));
}

void console_handler::answer(std::uint64_t number, const wire::answer& what) {
  console::port_message message{console::port_message::kind::answer, number, false, {}, {}};
  if (const auto* text = std::get_if<std::string>(&what)) {
    message.done = true;
    message.text = *text;
  } else {
    wire::write_error(message.text, std::get<wire::rpc_failure>(what));
  }
  port_.answer(std::move(message));
}

} // namespace rota::daemon
