// Requests and answers of a session: the wire's commands and replies, and figures for monitoring.
#pragma once
#include "engine/position.hpp"
#include "wire/commands.hpp"
#include "wire/replies.hpp"

#include <boost/mp11/list.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace rota::actors {

using namespace wire; // Actors use the wire's types

/// The reader of the figures; copied to the reply.
enum class figures_view : std::uint8_t { metrics, sample, actors };
/// All figures at once; not a method of the wire.
struct figures_command {
  std::size_t tenants_max = 20; ///< Maximum number of tenants that are named.
  figures_view view = figures_view::metrics;
};
struct runtime_figures; // runtime/figures.hpp
struct figures_reply {
  std::shared_ptr<const runtime_figures> figures;
  figures_view view = figures_view::metrics;
};

using command = boost::mp11::mp_push_back<wire::command, figures_command>;
using reply = boost::mp11::mp_push_back<wire::reply, figures_reply>;

/// Receives a session's answers. Called by actors: must not block, must not call back.
class answer_sink {
public:
  virtual ~answer_sink() = default;
  /// Takes the answer to `request`; it may leave the process once `position` is durable.
  virtual void answer(std::uint64_t request, reply what, engine::position position) = 0;
  /// Takes a notification, under the same condition. May drop and count it if the reader is slow.
  virtual void notify(job_event what, engine::position position) = 0;
};

} // namespace rota::actors
