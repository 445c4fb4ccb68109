#include "cmd/rotad/console/console_service.hpp"

#include <utility>

namespace rota::daemon {

console_service::console_service(boost::asio::io_context& io, const options& settings,
                                 answer_gate& gate)
    : handler_(std::make_shared<console_handler>(
          io, settings, gate,
          [this](console::port_message answer) { port_.answer(std::move(answer)); })),
      port_(io, *settings.console, settings.runtime.programs / "rota-console-port",
            settings.wire.max_line_bytes,
            [this](const console::port_message& request) { handler_->serve(request); }) {}

} // namespace rota::daemon
