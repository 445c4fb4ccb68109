// The calls of the Docker Engine API that the executor makes.
#pragma once
#include "executors/docker/engine_text.hpp"
#include "executors/docker/unix_http.hpp"

#include <boost/system/result.hpp>

#include <atomic>
#include <string>
#include <vector>

namespace rota::executors::docker {

struct api_failure {
  unsigned status = 0; ///< HTTP's; 0: no answer, and nobody knows whether it was done.
  std::string message;

  [[nodiscard]] bool is_unknown() const { return status == 404; }
};
template <class T>
using api_result = boost::system::result<T, api_failure>;

/// An engine at a socket. Any thread may call; each call comes back by its deadline.
class engine_api {
public:
  explicit engine_api(std::string socket) : socket_(std::move(socket)) {}

  api_result<double> processors(deadline until);
  api_result<image_facts> image(const std::string& name, deadline until);
  /// The id of the new container.
  api_result<std::string> create(const std::string& container, const std::string& body,
                                 deadline until);
  /// No failure when it runs already. One that has ended would run AGAIN.
  api_result<void> start(const std::string& container, deadline until);
  /// Removes it when podman, killed while it made it, has lost what it consists of.
  api_result<container_facts> inspect(const std::string& container, deadline until);
  /// All that carry all these labels ("name=value").
  api_result<std::vector<container_row>> list(const std::vector<std::string>& labels,
                                              deadline until);
  api_result<void> kill(const std::string& container, const std::string& signal, deadline until);
  /// Kills it if need be.
  api_result<void> remove(const std::string& container, deadline until);

  /// The target of a request for the events of containers with these labels.
  [[nodiscard]] static std::string events_target(const std::vector<std::string>& labels);

  /// Whether the last answer came from podman.
  [[nodiscard]] bool is_podman() const { return is_podman_; }
  [[nodiscard]] const std::string& socket() const { return socket_; }

private:
  api_result<std::string> call(http_verb verb, const std::string& target, deadline until,
                               const std::string& body = {});
  /// Asks for a text that one broken container would make impossible.
  api_result<std::string> get_past_halves(const std::string& target, deadline until);

  const std::string socket_;
  std::atomic<bool> is_podman_ = false;
};

/// Of podman: a container that was being made when it was killed has lost its layer, and none can be listed
/// as long as it is there. The failure doesn't say which it is; to inspect that one helps.
[[nodiscard]] bool is_without_layer(const api_failure& failure);

} // namespace rota::executors::docker
