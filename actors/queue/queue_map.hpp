// Maps queues to their actors: the directory writes it, every actor sends through it.
#pragma once
#include "actors/interfaces.hpp"
#include "system/thread_safety.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rota::actors {

/// A durable (type, tenant) <-> number mapping, with the actor while there is one. A number remains
/// when its actor retires, so that ids always identify their queue. Thread-safe.
///
/// Senders look up and send under the shared lock (`send_to`), the directory unmaps under the
/// exclusive one. So once a queue is unmapped, everything sent to it is in its mailbox, before
/// retire_now, and nothing is ever sent to an actor that has ended.
class queue_map {
public:
  struct name {
    std::string type;
    std::string tenant;
    auto operator<=>(const name&) const = default;
  };

  /// Runs `send(handle, number)` and returns true if the queue has an actor.
  template <class Send>
  bool send_to(const std::string& type, const std::string& tenant, Send&& send) const {
    const system::shared_lock held{mutex_};
    const auto found = by_name_.find(name_view{type, tenant});
    if (found == by_name_.end() || !actor_of(found->second))
      return false;
    send(actor_of(found->second), found->second);
    return true;
  }
  template <class Send>
  bool send_to(engine::queue_number number, Send&& send) const {
    const system::shared_lock held{mutex_};
    const auto& actor = actor_of(number);
    if (!actor)
      return false;
    send(actor);
    return true;
  }

  /// Returns up to `limit` queues numbered above `after`, with or without an actor, in numeric
  /// order.
  std::vector<engine::queue_number> page(const queue_filter& filter, engine::queue_number after,
                                         std::size_t limit) const;
  /// Returns nothing if no queue ever had the number.
  std::optional<name> name_of(engine::queue_number number) const;
  /// Returns the number of queues with an actor.
  std::size_t active() const;

  // -- for the directory --------------------------------------------------------------------------

  /// Returns the number of a queue and whether it is new.
  std::pair<engine::queue_number, bool> number_for(const std::string& type,
                                                   const std::string& tenant);
  /// Adds a mapping that recovery found.
  void restore(engine::queue_number number, name queue);
  /// Does nothing after clear(): an actor that the directory spawns in its last message then has no
  /// other reference and ends by itself.
  void map(engine::queue_number number, queue_actor actor);
  /// Returns the unmapped actor.
  queue_actor unmap(engine::queue_number number);
  bool mapped(engine::queue_number number) const;
  /// Drops every handle for good, so that the actors can end.
  std::vector<queue_actor> clear();

private:
  struct entry {
    name queue;
    queue_actor actor;
  };
  using name_view = std::pair<std::string_view, std::string_view>;
  struct hash {
    using is_transparent = void;
    std::size_t operator()(const name_view& n) const {
      const std::hash<std::string_view> text;
      return text(n.first) * 31 + text(n.second);
    }
    std::size_t operator()(const name& n) const { return (*this)(name_view{n.type, n.tenant}); }
  };
  struct same {
    using is_transparent = void;
    static name_view view(const name& n) { return {n.type, n.tenant}; }
    static name_view view(const name_view& n) { return n; }
    bool operator()(const auto& a, const auto& b) const { return view(a) == view(b); }
  };

  const queue_actor& actor_of(engine::queue_number number) const ROTA_REQUIRES_SHARED(mutex_);
  entry& grow_to(engine::queue_number number) ROTA_REQUIRES(mutex_);
  void index(engine::queue_number number, const name& queue) ROTA_REQUIRES(mutex_);

  mutable system::shared_mutex mutex_;
  std::vector<entry> entries_ ROTA_GUARDED_BY(mutex_); ///< By number.
  std::unordered_map<name, engine::queue_number, hash, same> by_name_ ROTA_GUARDED_BY(mutex_);
  std::map<std::string, std::set<engine::queue_number>, std::less<>>
      by_type_ ROTA_GUARDED_BY(mutex_);
  std::map<std::string, std::set<engine::queue_number>, std::less<>>
      by_tenant_ ROTA_GUARDED_BY(mutex_);
  std::size_t active_ ROTA_GUARDED_BY(mutex_) = 0;
  bool cleared_ ROTA_GUARDED_BY(mutex_) = false;
};

} // namespace rota::actors
