// job.complete, job.extend, job.release, job.defer: items about leases, each sent to the queue of
// its lease's id, in the order of the request.
#include "actors/session/requests/request.hpp"

#include <map>

namespace rota::actors {
namespace {

/// Sends items to their queues and collects the results. The methods differ in how an item is made
/// and how the reply reads.
class settle_request : public request {
public:
  using request::request;

protected:
  using outcomes = std::vector<settled_part::item>;

  /// `make(i)` returns the lease of item i (nothing: an id that Rota never made) and what to do.
  struct instruction {
    std::optional<engine::attempt_id> lease;
    std::optional<engine::serial> job;
    decltype(settle_part::item::what) what;
  };

  /// Makes an instruction for the lease, or for one of its jobs; none if either id is invalid.
  static instruction about(const lease_ref& lease, const std::optional<job_ref>& job,
                           decltype(settle_part::item::what) what) {
    if (job && !job->id)
      return {};
    return {lease.id, job ? std::optional{job->id->number} : std::nullopt, std::move(what)};
  }

  template <class Make>
  void send_all(std::size_t count, Make&& make) {
    outcome_.resize(count);
    std::map<engine::queue_number, settle_part> parts;
    for (std::size_t i = 0; i < count; ++i) {
      auto wanted = make(i);
      outcome_[i].index = static_cast<std::uint32_t>(i);
      outcome_[i].lost = true;
      if (wanted.lease)
        parts.try_emplace(wanted.lease->queue, make_part<settle_part>())
            .first->second.items.push_back({static_cast<std::uint32_t>(i), wanted.lease->number,
                                            wanted.job, std::move(wanted.what)});
    }
    for (auto& [queue, part] : parts)
      if (send_to_queue(queue, std::move(part)))
        ++open_;
    if (open_ == 0)
      reply_with(outcome_);
  }

  virtual void reply_with(outcomes& items) = 0;

private:
  void on_settled(settled_part& settled) override {
    for (auto& item : settled.items)
      outcome_[item.index] = std::move(item);
    if (--open_ == 0)
      reply_with(outcome_);
  }

  outcomes outcome_;
  std::size_t open_ = 0;
};

class complete_request final : public settle_request {
public:
  complete_request(session_pointer self, std::uint64_t number, complete_command what)
      : settle_request(self, number), what_(std::move(what)) {}

  void start() override {
    send_all(what_.items.size(), [&](std::size_t i) -> instruction {
      auto& item = what_.items[i];
      return about(item.lease, item.job, settle_part::complete{std::move(item.how), {}});
    });
  }

private:
  void reply_with(outcomes& items) override {
    complete_reply reply;
    reply.items.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto text = what_.items[i].lease.text();
      reply.items.push_back(
          items[i].lost ? complete_reply::lost(std::move(text))
                        : complete_reply::settled(std::move(text), std::move(items[i].jobs)));
    }
    finish(std::move(reply));
  }

  complete_command what_;
};

class extend_request final : public settle_request {
public:
  extend_request(session_pointer self, std::uint64_t number, extend_command what)
      : settle_request(self, number), what_(std::move(what)) {}

  void start() override {
    send_all(what_.leases.size(), [&](std::size_t i) -> instruction {
      return about(what_.leases[i], {}, settle_part::extend{what_.lease});
    });
  }

private:
  void reply_with(outcomes& items) override {
    extend_reply reply;
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto text = what_.leases[i].text();
      if (items[i].lost) {
        reply.unknown.push_back(std::move(text));
      } else if (items[i].all_cancelled) {
        reply.cancelled.push_back(std::move(text));
      } else {
        for (const auto& job : items[i].cancelled)
          reply.cancelled_jobs.push_back({text, job});
        reply.extended.push_back(std::move(text));
      }
    }
    finish(std::move(reply));
  }

  extend_command what_;
};

class release_request final : public settle_request {
public:
  release_request(session_pointer self, std::uint64_t number, release_command what)
      : settle_request(self, number), what_(std::move(what)) {}

  void start() override {
    send_all(what_.leases.size(), [&](std::size_t i) -> instruction {
      return about(what_.leases[i], {}, settle_part::release{});
    });
  }

private:
  void reply_with(outcomes& items) override {
    release_reply reply;
    for (std::size_t i = 0; i < items.size(); ++i)
      (items[i].lost ? reply.unknown : reply.released).push_back(what_.leases[i].text());
    finish(std::move(reply));
  }

  release_command what_;
};

class defer_request final : public settle_request {
public:
  defer_request(session_pointer self, std::uint64_t number, defer_command what)
      : settle_request(self, number), what_(std::move(what)) {}

  void start() override {
    send_all(what_.items.size(), [&](std::size_t i) -> instruction {
      auto& item = what_.items[i];
      return about(item.lease, item.job,
                   settle_part::defer{item.after, std::move(item.checkpoint)});
    });
  }

private:
  void reply_with(outcomes& items) override {
    defer_reply reply;
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto text = what_.items[i].lease.text();
      if (items[i].lost)
        reply.unknown.push_back(std::move(text));
      else
        reply.deferred.push_back({std::move(text), items[i].until});
    }
    finish(std::move(reply));
  }

  defer_command what_;
};

} // namespace

request_ptr make_request(session_pointer self, std::uint64_t number, complete_command what) {
  return std::make_unique<complete_request>(self, number, std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, extend_command what) {
  return std::make_unique<extend_request>(self, number, std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, release_command what) {
  return std::make_unique<release_request>(self, number, std::move(what));
}
request_ptr make_request(session_pointer self, std::uint64_t number, defer_command what) {
  return std::make_unique<defer_request>(self, number, std::move(what));
}

} // namespace rota::actors
