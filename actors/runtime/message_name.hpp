// The name of a message.
#pragma once
#include <caf/type_erased_tuple.hpp>

#include <string>

namespace rota::actors {

/// Returns the types of a message's parts as in the source, without namespaces, separated by
/// commas. Works after the message was handled, too.
[[nodiscard]] std::string name_of(const caf::type_erased_tuple& message);

} // namespace rota::actors
