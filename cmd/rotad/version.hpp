// What server.info and --version tell.
#pragma once
#include <string_view>

namespace rota::daemon {

inline constexpr std::string_view version = "0.1.0";

} // namespace rota::daemon
