#include "wire/version.hpp"

namespace rota {

std::string_view version() { return ROTA_VERSION; } // Defined by CMakeLists.txt.

} // namespace rota
