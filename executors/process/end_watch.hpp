// Watches the marks that shims leave when attempts have ended.
#pragma once
#include "system/files.hpp"

#include <functional>
#include <string>
#include <thread>

namespace rota::executors {

/// Runs its own thread from watch() to its destruction.
class end_watch {
public:
  end_watch() = default;
  end_watch(const end_watch&) = delete;
  end_watch& operator=(const end_watch&) = delete;
  ~end_watch();

  /// Removes marks and calls `hint` with the name of each, on the thread. Called once.
  void watch(const std::string& folder, std::function<void(const std::string& name)> hint);

private:
  void run();
  void take_marks();
  void drain_events() const;

  std::string path_;
  std::function<void(const std::string&)> hint_;
  system::descriptor folder_;
  system::descriptor events_; ///< Not open if inotify is exhausted; the thread then polls.
  system::pipe_ends stop_;
  std::thread thread_;
};

} // namespace rota::executors
