// A heap whose items store their place in it, so that any item can be moved or removed.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rota::engine {

/// The place of an item that is in no heap.
inline constexpr std::uint32_t no_place = ~std::uint32_t{0};

/// Least key first. Items are owned elsewhere and store their place in `Item::*Place`; an item is
/// in at most one heap per such member. put and remove are O(log n), least is O(1).
template <class Item, class Key, std::uint32_t Item::*Place>
class placed_heap {
public:
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  const Key& least_key() const { return entries_.front().key; }
  Item& least() const { return *entries_.front().item; }

  /// Inserts the item, or moves it according to its new key.
  void put(Item& item, const Key& key) {
    if (item.*Place == no_place) {
      entries_.push_back({key, &item});
      rise(entries_.size() - 1, {key, &item});
      return;
    }
    const std::size_t at = item.*Place;
    const bool sooner = key < entries_[at].key;
    if (sooner)
      rise(at, {key, &item});
    else
      sink(at, {key, &item});
  }

  /// Does nothing if the item is not in the heap.
  void remove(Item& item) {
    const std::size_t at = item.*Place;
    if (at == no_place)
      return;
    item.*Place = no_place;
    const entry last = entries_.back();
    entries_.pop_back();
    if (at == entries_.size())
      return;
    if (at > 0 && last.key < entries_[parent(at)].key)
      rise(at, last);
    else
      sink(at, last);
  }

  /// Calls visit(item, key) for each item, in no particular order.
  template <class Visit>
  void each(Visit&& visit) const {
    for (const entry& e : entries_)
      visit(*e.item, e.key);
  }

  /// Calls visit(item, key) from the least item downwards; descends below an item only if visit
  /// returns true.
  template <class Visit>
  void each_from_least(Visit&& visit) const {
    if (!entries_.empty())
      descend(0, visit);
  }

  /// Whether no item precedes its parent, and each item's place is right. O(n).
  bool in_order() const {
    for (std::size_t at = 0; at < entries_.size(); ++at) {
      if (entries_[at].item->*Place != at ||
          (at > 0 && entries_[at].key < entries_[parent(at)].key))
        return false;
    }
    return true;
  }

private:
  struct entry {
    Key key;
    Item* item;
  };
  static constexpr std::size_t arity = 4;
  static std::size_t parent(std::size_t at) { return (at - 1) / arity; }

  void set(std::size_t at, const entry& e) {
    entries_[at] = e;
    e.item->*Place = static_cast<std::uint32_t>(at);
  }

  void rise(std::size_t at, const entry& e) {
    while (at > 0 && e.key < entries_[parent(at)].key) {
      set(at, entries_[parent(at)]);
      at = parent(at);
    }
    set(at, e);
  }

  void sink(std::size_t at, const entry& e) {
    for (;;) {
      const std::size_t first = at * arity + 1;
      if (first >= entries_.size())
        break;
      const std::size_t end = std::min(first + arity, entries_.size());
      std::size_t least = first;
      for (std::size_t child = first + 1; child < end; ++child) {
        if (entries_[child].key < entries_[least].key)
          least = child;
      }
      if (!(entries_[least].key < e.key))
        break;
      set(at, entries_[least]);
      at = least;
    }
    set(at, e);
  }

  template <class Visit>
  void descend(std::size_t at, Visit& visit) const {
    if (!visit(*entries_[at].item, entries_[at].key))
      return;
    const std::size_t first = at * arity + 1;
    for (std::size_t child = first; child < std::min(first + arity, entries_.size()); ++child)
      descend(child, visit);
  }

  std::vector<entry> entries_;
};

} // namespace rota::engine
