#pragma once
#include <string>

namespace rota::console {

/// Files in PEM form: what this side shows, and who vouches for the other side.
struct tls_files {
  std::string certificate;
  std::string key;
  std::string ca;
};

} // namespace rota::console
