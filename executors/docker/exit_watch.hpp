// Reports at once that a command has ended: podman may report it minutes later, and no engine's
// events are reliable.
#pragma once
#include "system/descriptor.hpp"
#include "system/thread_safety.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

namespace rota::executors::docker {

/// A thread that calls `hint` with the name of an attempt when its wrapper records the end. Best
/// effort: without free inotify watches, it gives no hints.
class exit_watch {
public:
  using hint_function = std::function<void(const std::string& attempt)>;

  explicit exit_watch(hint_function hint);
  ~exit_watch();
  exit_watch(const exit_watch&) = delete;
  exit_watch& operator=(const exit_watch&) = delete;

  /// Watches an attempt's io folder until the folder is deleted.
  void add(const std::string& attempt, const std::string& io_folder);

private:
  void follow();
  void take(const char* events, std::size_t bytes);
  void take(int watch, bool is_unwatched, bool is_exit);

  const hint_function hint_;
  const system::descriptor changes_; ///< inotify's.
  const system::descriptor stop_;    ///< Readable when the thread should end.
  system::mutex mutex_;
  std::map<int, std::string> attempts_ ROTA_GUARDED_BY(mutex_);
  std::thread thread_;
};

} // namespace rota::executors::docker
