// What a message is called.
#pragma once
#include <caf/type_erased_tuple.hpp>

#include <string>

namespace rota::actors {

/// The types of a message's parts as in the source, without namespaces, with commas between. Works after the message
/// was handled, too.
[[nodiscard]] std::string name_of(const caf::type_erased_tuple& message);

} // namespace rota::actors
