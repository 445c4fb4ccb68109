// The engine's stream of events, as hints that a container has ended.
#pragma once
#include <functional>
#include <memory>
#include <string>

namespace rota::executors::docker {

/// A thread that reads the engine's events and calls `hint` with the name of an attempt whose
/// container died, and with nothing when it was cut off from the events for a while. Reconnects for
/// as long as it lives.
class event_stream {
public:
  using hint_function = std::function<void(const std::string& attempt)>;

  event_stream(std::string socket, std::string target, hint_function hint);
  /// Returns at once, whatever the engine does.
  ~event_stream();
  event_stream(const event_stream&) = delete;
  event_stream& operator=(const event_stream&) = delete;

private:
  class reader;
  std::unique_ptr<reader> reader_;
};

} // namespace rota::executors::docker
