#include "cmd/rotad/console/console_service.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace rota::daemon {

console_service::console_service(boost::asio::io_context& io, const options& settings,
                                 answer_gate& gate)
    : desk_(std::make_shared<console_desk>(
          settings, gate, [this](console_answer answer) { port_.answer(std::move(answer)); })),
      port_(*settings.console, settings.wire.max_line_bytes,
            [&io, desk = desk_](console_request request) {
              boost::asio::post(io, [desk, request = std::move(request)] { desk->serve(request); });
            }) {}

void console_service::enter(std::shared_ptr<actors::engine_room> room, std::uint64_t epoch) {
  desk_->enter(std::move(room), epoch);
}

} // namespace rota::daemon
