// The version of Rota, set by the CMake project.
#pragma once
#include <string_view>

namespace rota {

/// "0.1.0"
[[nodiscard]] std::string_view version();

} // namespace rota
