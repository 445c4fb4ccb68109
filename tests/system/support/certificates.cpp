#include "tests/system/support/certificates.hpp"

#include "tests/system/support/child_program.hpp"

#include <stdexcept>

namespace rota::tests {
namespace {

void openssl(std::vector<std::string> words) {
  words.insert(words.begin(), "/usr/bin/openssl");
  const auto ended = run_to_end(words);
  if (ended.status != 0)
    throw std::runtime_error("openssl failed: " + ended.err);
}

} // namespace

certificate_authority::certificate_authority() {
  openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=ca",
           "-keyout", path("ca.key"), "-out", path("ca.pem")});
}

certificate_authority::files certificate_authority::issue(const std::string& name) {
  openssl({"req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name, "-keyout",
           path(name + ".key"), "-out", path(name + ".csr")});
  openssl({"x509", "-req", "-days", "2", "-CAcreateserial", "-in", path(name + ".csr"), "-CA",
           path("ca.pem"), "-CAkey", path("ca.key"), "-out", path(name + ".pem")});
  return {path(name + ".pem"), path(name + ".key"), path("ca.pem")};
}

std::vector<std::string> tls_options(const std::string& prefix,
                                     const certificate_authority::files& files) {
  return {"--" + prefix + "cert", files.certificate, "--" + prefix + "key", files.key,
          "--" + prefix + "ca",   files.ca};
}

} // namespace rota::tests
