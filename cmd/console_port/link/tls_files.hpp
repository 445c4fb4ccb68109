#pragma once
#include <string>

namespace rota::console {

/// Files in PEM format: this side's certificate and key, and the CA that signs the other side's
/// certificate.
struct tls_files {
  std::string certificate;
  std::string key;
  std::string ca;
};

} // namespace rota::console
