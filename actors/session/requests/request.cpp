#include "actors/session/requests/request.hpp"

#include "engine/ensure.hpp"

#include <boost/core/demangle.hpp>

namespace rota::actors {

void request::take(answer& a) {
  depends_on(a.position);
  if (auto* whole = std::get_if<reply>(&a.what))
    finish(std::move(*whole));
  else
    on_answer(a);
}

void request::take(lease_part& granted) {
  depends_on(granted.position);
  on_lease(granted);
}

void request::take(ask_done& closed) { on_ask_done(closed); }

void request::take(settled_part& settled) {
  depends_on(settled.position);
  on_settled(settled);
}

void request::on_answer(answer& a) {
  std::visit([](const auto& what) { unexpected(typeid(what)); }, a.what);
}
void request::on_lease(lease_part& granted) { unexpected(typeid(granted)); }
void request::on_ask_done(ask_done& closed) { unexpected(typeid(closed)); }
void request::on_settled(settled_part& settled) { unexpected(typeid(settled)); }

void request::unexpected(const std::type_info& what) {
  engine::broken("a request gets only answers that it asked for, not " +
                 boost::core::demangle(what.name()));
}

} // namespace rota::actors
