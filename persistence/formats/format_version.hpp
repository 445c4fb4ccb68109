// The version of everything that the store keeps. The file FORMAT has it for the folder as a whole,
// and each journal value, row and block of history begins with it.
#pragma once
#include <cstdint>

namespace rota::persistence {

/// Raise it when what an earlier version wrote can't be read as it is. A new member at the end of a
/// list (codec.hpp) and a new kind of record are no reason.
inline constexpr std::uint8_t format_version = 2;

} // namespace rota::persistence
