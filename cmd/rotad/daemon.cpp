#include "cmd/rotad/daemon.hpp"

#include "cmd/rotad/log.hpp"
#include "wire/version.hpp"

#include <boost/asio/post.hpp>

#include <csignal>
#include <cstdio>

namespace rota::daemon {
namespace {

namespace asio = boost::asio;

/// Delay between attempts to open a store that failed.
constexpr std::chrono::milliseconds backoff_min{100};
constexpr std::chrono::milliseconds backoff_max{5000};
/// SIGTERM promises an end within 5 s: the time allowed for open requests and for the snapshot.
constexpr std::chrono::milliseconds answer_timeout{1000};
constexpr std::chrono::milliseconds snapshot_timeout{2500};

/// Prints a line on stdout for programs that wait for it.
void print_line(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

} // namespace

daemon::daemon(options o) : options_(std::move(o)), server_(io_, options_) {
  if (options_.http)
    http_.emplace(io_, options_, server_.gate(), server_.counters());
  if (options_.console)
    console_ = std::make_shared<console_handler>(io_, options_, server_.gate());
}

daemon::~daemon() { wait_for_worker(); }

int daemon::run() {
  if (const auto error = open_ports()) {
    log_line(spdlog::level::err, "cannot_start", *error);
    return 1;
  }
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  signals_.async_wait([this](const auto& error, int) {
    if (!error)
      stop();
  });
  open_runtime(true);
  io_.run();
  log_line(spdlog::level::info, "stopped", "stopped", {{"status", std::int64_t{status_}}});
  return status_;
}

std::optional<std::string> daemon::open_ports() {
  if (auto error = server_.listen())
    return error;
  if (http_) {
    if (auto error = http_->listen())
      return error;
    print_line("rotad: http on " + http_->address());
  }
  if (console_) {
    if (auto error = console_->listen())
      return error;
    print_line("rotad: console on " + console_->address());
  }
  return std::nullopt;
}

void daemon::wait_for_worker() {
  if (worker_.joinable())
    worker_.join();
}

void daemon::in_background(std::function<void()> work) {
  wait_for_worker();
  worker_ = std::thread{std::move(work)};
}

void daemon::report_ready() {
  print_line("rotad: listening on " + server_.address());
  log_line(spdlog::level::info, "ready", "ready",
           {{"version", version()},
            {"address", server_.address()},
            {"data", options_.data},
            {"durability", name_of(options_.durability)}});
}

actors::runtime_callbacks daemon::callbacks(std::uint64_t epoch) {
  return {[this, epoch](engine::position p) { server_.gate().durable(epoch, p); },
          [this](const persistence::store_error& error) {
            asio::post(io_, [this, error] { failed(error); });
          }};
}

void daemon::open_runtime(bool first) {
  wait_for_worker();
  epoch_ = server_.gate().begin_epoch();
  in_background([this, first, epoch = epoch_] {
    auto runtime = actors::engine_runtime::open(options_.data, options_.durability,
                                                options_.runtime, callbacks(epoch));
    asio::post(io_, [this, first, runtime = std::move(runtime)]() mutable {
      opened(std::move(runtime), first);
    });
  });
}

void daemon::opened(actors::engine_runtime::opened runtime, bool first) {
  if (runtime) {
    runtime_ = std::move(*runtime);
    backoff_ = {};
    if (const auto error = server_.attach(runtime_, epoch_)) {
      log_line(spdlog::level::err, "cannot_start", *error);
      status_ = 1;
      return stop();
    }
    if (http_)
      http_->attach(runtime_, epoch_);
    if (console_)
      console_->attach(runtime_, epoch_);
    if (first)
      report_ready();
    else
      log_line(spdlog::level::info, "storage_works", "storage is available again");
    if (stopping_)
      end_runtime();
    return;
  }
  if (first || stopping_) {
    log_line(spdlog::level::err, "cannot_start", runtime.error().message);
    status_ = 1;
    signals_.cancel();
    io_.stop();
    return;
  }
  backoff_ = std::min(std::max(backoff_ * 2, backoff_min), backoff_max);
  log_line(spdlog::level::err, "storage_still_fails", "cannot reopen the storage",
           {{"next_try_ms", backoff_.count()}, {"error", runtime.error().message}});
  retry_.expires_after(backoff_);
  retry_.async_wait([this](const auto& error) {
    if (!error)
      open_runtime(false);
  });
}

/// Memory is ahead of the disk, so all of it is discarded and read again from the disk.
void daemon::failed(const persistence::store_error& error) {
  if (!runtime_)
    return;
  log_line(spdlog::level::err, "storage_failed", "commit failed, reopening the storage",
           {{"error", error.message}});
  server_.detach();
  if (http_)
    http_->detach();
  if (console_)
    console_->detach();
  server_.gate().begin_epoch();
  wait_for_worker(); // it may be using the runtime
  in_background([this, old = std::exchange(runtime_, {})]() mutable {
    old.reset();
    asio::post(io_, [this] { open_runtime(false); });
  });
}

void daemon::stop() {
  if (std::exchange(stopping_, true))
    return;
  log_line(spdlog::level::info, "stopping", "stopping");
  retry_.cancel();
  if (runtime_)
    runtime_->stop_granting(); // Open answers may take a while; nothing may begin meanwhile.
  if (http_)
    http_->stop();
  if (console_)
    console_->stop();
  server_.stop(answer_timeout, [this] { end_runtime(); });
}

void daemon::end_runtime() {
  in_background([this] {
    if (runtime_)
      runtime_->stop(snapshot_timeout);
    asio::post(io_, [this] {
      server_.close_all();
      if (http_)
        http_->close_all();
      if (console_)
        console_->close();
      io_.stop();
    });
  });
}

} // namespace rota::daemon
