// The version of everything in the store. The file FORMAT has it for the folder as a whole; each
// journal value, row and block of history begins with it.
#pragma once
#include <cstdint>

namespace rota::persistence {

/// Raise it when data of an earlier version can no longer be read as it is. A new member at the end
/// of a list (codec.hpp) or a new kind of record does not require it.
inline constexpr std::uint8_t format_version = 2;

} // namespace rota::persistence
