// Turns the engine's event stream into hints that a container has ended.
#pragma once
#include <functional>
#include <memory>
#include <string>

namespace rota::executors::docker {

/// A thread that reads the engine's events. Calls `hint` with the name of an attempt whose
/// container died, and with an empty name after each connect, because events may have been missed.
/// Reconnects until it is destroyed.
class event_stream {
public:
  using hint_function = std::function<void(const std::string& attempt)>;

  event_stream(std::string socket, std::string target, hint_function hint);
  /// Returns at once, whatever state the engine is in.
  ~event_stream();
  event_stream(const event_stream&) = delete;
  event_stream& operator=(const event_stream&) = delete;

private:
  class reader;
  std::unique_ptr<reader> reader_;
};

} // namespace rota::executors::docker
