// The Docker Engine API calls that the executor uses.
#pragma once
#include "executors/docker/engine_text.hpp"
#include "executors/docker/unix_http.hpp"

#include <boost/system/result.hpp>

#include <atomic>
#include <string>
#include <vector>

namespace rota::executors::docker {

struct api_failure {
  unsigned status = 0; ///< HTTP status; 0: no answer, so the outcome is unknown.
  std::string message;

  [[nodiscard]] bool is_unknown() const { return status == 404; }
  /// Returns the failure for people.
  [[nodiscard]] std::string text() const;
};
template <class T>
using api_result = boost::system::result<T, api_failure>;

/// An engine at a socket. Thread-safe; each call returns by its deadline.
class engine_api {
public:
  explicit engine_api(std::string socket) : socket_(std::move(socket)) {}

  /// Returns the number of the engine's CPUs.
  api_result<double> processors(deadline until);
  api_result<image_facts> image(const std::string& name, deadline until);
  /// Returns the id of the new container.
  api_result<std::string> create(const std::string& container, const std::string& body,
                                 deadline until);
  /// Succeeds if it already runs. A container that has ended would run AGAIN.
  api_result<void> start(const std::string& container, deadline until);
  /// Also removes the container if podman, killed while it created it, has lost its layer.
  api_result<container_facts> inspect(const std::string& container, deadline until);
  /// Returns all containers that have all these labels ("name=value").
  api_result<std::vector<container_row>> list(const std::vector<std::string>& labels,
                                              deadline until);
  api_result<void> kill(const std::string& container, const std::string& signal, deadline until);
  /// Kills it first if it runs.
  api_result<void> remove(const std::string& container, deadline until);

  /// Returns the target of a request for the events of containers with these labels.
  [[nodiscard]] static std::string events_target(const std::vector<std::string>& labels);

  /// Returns whether the last answer came from podman.
  [[nodiscard]] bool is_podman() const { return is_podman_; }
  [[nodiscard]] const std::string& socket() const { return socket_; }

private:
  api_result<std::string> call(http_verb verb, const std::string& target, deadline until,
                               const std::string& body = {});
  /// Gets a text; removes half-removed containers that make podman fail it.
  api_result<std::string> get_with_repair(const std::string& target, deadline until);

  const std::string socket_;
  std::atomic<bool> is_podman_ = false;
};

/// Returns whether podman reports a container without its layer, because podman was killed while it
/// created it. Until it is removed, lists fail. The failure does not name the container; inspect()
/// of that container removes it.
[[nodiscard]] bool is_without_layer(const api_failure& failure);

} // namespace rota::executors::docker
