// Certificates for tests, created with openssl(1).
#pragma once
#include "tests/support/temporary_folder.hpp"

#include <string>
#include <vector>

namespace rota::tests {

/// A certificate authority that issues certificates to anyone.
class certificate_authority {
public:
  certificate_authority();

  struct files {
    std::string certificate;
    std::string key;
    std::string ca;
  };
  /// Creates a key and a certificate for it.
  files issue(const std::string& name);

private:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  temporary_folder folder_;
};

/// The options of rotad ("console-tls-") or rota ("tls-") for these files.
std::vector<std::string> tls_options(const std::string& prefix,
                                     const certificate_authority::files& files);

} // namespace rota::tests
