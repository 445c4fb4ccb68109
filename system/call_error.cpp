#include "system/call_error.hpp"

#include <cerrno>
#include <cstring>

namespace rota::system {

std::string reason_of(int number) {
  const char* const reason = ::strerrordesc_np(number);
  return reason != nullptr ? reason : "error " + std::to_string(number);
}

bool is_temporary(int number) {
  switch (number) {
  case EAGAIN:
  case ENOMEM:
  case EMFILE:
  case ENFILE:
  case ENOSPC:
  case EDQUOT:
  case EIO:
  case EINTR:
  case ETXTBSY:
  case EROFS:
  case ESTALE: return true;
  default: return false;
  }
}

std::string call_error::text() const {
  return number == 0 ? what : what + ": " + reason_of(number);
}

} // namespace rota::system
