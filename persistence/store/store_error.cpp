#include "persistence/store/store_error.hpp"

#include <ostream>
#include <stdexcept>

namespace rota::persistence {

const char* to_string(store_errc code) noexcept {
  switch (code) {
  case store_errc::locked: return "locked";
  case store_errc::unknown_version: return "unknown_version";
  case store_errc::corrupt: return "corrupt";
  case store_errc::io: return "io";
  case store_errc::no_space: return "no_space";
  }
  return "unknown";
}

std::ostream& operator<<(std::ostream& out, const store_error& error) {
  return out << to_string(error.code) << ": " << error.message;
}

void throw_exception_from_error(const store_error& error, const boost::source_location&) {
  throw std::runtime_error(error.message);
}

} // namespace rota::persistence
