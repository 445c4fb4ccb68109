// The fair share of one pool: start-time fair queueing over tenants, with frames for what waits
// together. Knows tags and order; what a limit is, it doesn't know: it is told what is open.
//
// A tenant's ready lanes stand in seats, one for each class (type, limited key, slots) that it has
// live work in. Where all its live seats lie decides its home, and its tag counts from there:
//
//   pool            V, the virtual time
//    └ type         offset; goes along with V while it is open and asked for, else stands still
//       └ class     offset; waits for its key or for slots
//
// What is shut as a whole waits as a whole: its clock goes on only until it meets the least F in
// it. When it takes part again, one offset brings its clock to that of the frame around it: all its
// members are lifted together, so that what they owe each other stays.
#pragma once
#include "engine/fair_share/fair_share_heap.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"
#include "engine/virtual_time.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rota::engine {

struct share_member;
struct share_seat;
struct share_class;
struct share_group;
struct share_bucket;
struct share_type;

/// The order of turns: least tag, then served longest ago, then by name.
struct turn_key {
  virtual_time tag;
  std::uint64_t served = 0;
  const std::string* name = nullptr;

  friend bool operator<(const turn_key& a, const turn_key& b) {
    if (a.tag != b.tag)
      return a.tag < b.tag;
    if (a.served != b.served)
      return a.served < b.served;
    return a.name != b.name && *a.name < *b.name;
  }
};

/// What a tag counts from.
enum class share_home : std::uint8_t { away, of_class, of_type, of_pool };

/// A tenant in a pool.
struct share_member {
  const std::string* name = nullptr; ///< Outlives the member.
  micro weight = micro::of(1);
  std::int64_t carry = 0;
  virtual_time tag;         ///< F, relative to the home.
  virtual_time refund;      ///< So far below its time a refund has left it; isn't lifted away.
  std::uint64_t served = 0; ///< Number of the dispatch that served it last.
  share_home home = share_home::away;
  std::vector<share_seat*> live;
  std::uint32_t away_place = no_place;
};

/// A tenant's work of one class.
struct share_seat {
  share_member* member = nullptr;
  share_class* cls = nullptr;
  std::uint32_t most_ready = 0;     ///< In a lingering class: the ready jobs of its fullest lane.
  time_point skipped_since = never; ///< Since when it has been passed over for want of slots.
  bool live = false;
  std::uint32_t place = no_place;
};

/// Seats that share every limit: type, limited key, slots; and, apart, those that linger.
struct share_class {
  using heap = placed_heap<share_seat, turn_key, &share_seat::place>;

  share_type* type = nullptr;
  share_group* group = nullptr;
  virtual_time offset; ///< From the class to its type.
  virtual_time clock;  ///< Its time when last looked at, and that of its type then; both counted
  virtual_time looked; ///< from the type. With time_of(share_class) they give its time now.
  bool open = true;    ///< Its key is below its limits.
  heap own;            ///< Members at home here; keys count from the class.
  heap wide;           ///< Members at home in the type; keys count from the type.
  heap pooled;         ///< Members at home in the pool; absolute keys.
  std::uint32_t type_place = no_place;
  std::uint32_t pool_place = no_place;
};

/// The classes of a type with the same slots.
struct share_group {
  share_type* type = nullptr;
  share_bucket* bucket = nullptr;
  bool lingering = false;
  std::uint32_t batch_max = 1; ///< In a lingering group: the largest batch of any lane there.
  std::uint32_t classes = 0;
  placed_heap<share_class, turn_key, &share_class::type_place> by_type; ///< Heads but pooled ones.
  placed_heap<share_class, turn_key, &share_class::pool_place> by_pool; ///< Pooled heads.
  std::uint32_t place = no_place;
};

/// The groups of a pool with the same slots.
struct share_bucket {
  using heap = placed_heap<share_group, turn_key, &share_group::place>;
  micro slots;
  std::uint32_t groups = 0;
  heap normal;
  heap lingering;
};

/// A job type in its pool.
struct share_type {
  virtual_time offset; ///< From the type to the pool.
  virtual_time clock;  ///< While it doesn't go along: its time when last looked at, from the type,
  virtual_time looked; ///< and V then.
  bool along = true;   ///< Its time is V.
  bool open = true;    ///< Below its cap and rate.
  std::uint32_t live = 0; ///< Live seats; without any its time is V.
  std::uint32_t list_place = no_place;
  std::vector<std::unique_ptr<share_group>> groups;
};

/// Who asks: which types, how much of the pool it may use, how large its leases may be.
struct share_asker {
  const std::vector<share_type*>* types = nullptr; ///< Sorted; nullptr: all types of the pool.
  std::uint32_t max_jobs = 1;
  micro free;                           ///< Slots that nothing uses.
  micro available;                      ///< Those of them that aren't reserved.
  const share_seat* reserved = nullptr; ///< May use all that is free.

  bool wants(const share_type& type) const;
  bool fits(const share_seat& seat) const;
};

class fair_share {
public:
  fair_share() = default;
  fair_share(const fair_share&) = delete;
  fair_share& operator=(const fair_share&) = delete;

  // -- who has work -------------------------------------------------------------------------------

  /// A class of a type; made empty and open, dropped when its last seat has left.
  void add_class(share_class& c, share_type& type, micro slots, bool lingering);
  void drop_class(share_class& c);

  /// The seat has live work now, or none any more. Moves the member's home when that follows.
  /// O(log n) in members.
  void join(share_seat& seat);
  void leave(share_seat& seat);
  // -- what is open -------------------------------------------------------------------------------

  void set_open(share_type& type, bool open);
  void set_open(share_class& c, bool open);

  // -- whose turn it is ---------------------------------------------------------------------------

  /// A seat of the eligible tenant with the least F, or nullptr. Lifts what waited together.
  share_seat* choose(const share_asker& asker);
  /// The seat's tenant was chosen by this asker at this cost.
  void dispatched(share_member& member, const share_asker& asker, micro cost);
  /// The cost of an earlier dispatch was another: F += difference / w, never lifted here.
  void correct(share_member& member, micro difference);

  /// What it leads by, it has been served in advance: that stays the same cost at the new weight.
  void set_weight(share_member& member, micro weight);

  bool eligible(const share_seat& seat, const share_asker& asker) const;
  bool eligible(const share_member& member, const share_asker& asker) const;
  /// Of the open seats that the asker wants but that don't fit: the one of the least F.
  share_seat* least_unfit(const share_asker& asker) const;

  // -- reading and restoring ----------------------------------------------------------------------

  virtual_time time() const { return time_; }
  void restore_time(virtual_time at_least);
  /// F counted from the pool.
  virtual_time tag(const share_member& member) const;
  /// F as it will be once what waits has been lifted: V + its lead over the time of its home.
  virtual_time fair_tag(const share_member& member) const;
  void restore_tag(share_member& member, virtual_time at_least);

  /// Members without live work; put in by add_away, taken out when they get some.
  void add_away(share_member& member);
  void remove_away(share_member& member) { away_.remove(member); }
  /// One that F <= V makes equal to a newcomer, or nullptr; taken out of the list.
  share_member* take_forgettable();

  // -- checking itself ----------------------------------------------------------------------------

  /// What is wrong with where the member and its live seats stand, or nothing. O(its seats).
  std::optional<std::string> audit(const share_member& member) const;
  /// What is wrong with the order of turns, or nothing. O(members).
  std::optional<std::string> audit() const;

private:
  struct candidate {
    turn_key key; // absolute
    share_seat* seat = nullptr;
  };
  virtual_time time_of(const share_type& type) const;
  virtual_time time_of(const share_class& c) const;
  virtual_time least_ahead(const share_type& type, virtual_time from) const;
  static virtual_time least_entitled(const share_class& c, virtual_time below);
  void look_at_clock(share_type& type);
  void look_at_clock(share_class& c);
  void look_at_clocks(const share_member& member);
  virtual_time time_of_home(const share_member& member) const;
  virtual_time base_of(const share_member& member) const;
  virtual_time lead_of(const share_member& member) const;
  bool lags(const share_member& member, virtual_time time) const;

  /// So many members are looked at, at most, behind those that a refund has put in front or that lag.
  static constexpr std::uint32_t looked_max = 64;
  void ensure_entitled(const share_seat& seat) const;
  static share_home home_of(const share_member& member);
  void rehome(share_member& member, virtual_time lead);
  void place(share_seat& seat);
  void unplace(share_seat& seat);
  void rekey(share_member& member);
  void refresh(share_class& c);
  void refresh(share_group& g);

  void bring_along(const share_asker& asker);
  void bring_along(share_type& type);
  void stop(share_type& type);
  bool lift(const share_seat& seat);
  void raise_time(virtual_time to, const share_asker& asker);

  candidate least(const share_asker& asker) const;
  candidate least_of(const share_type& type, const share_asker& asker) const;
  candidate head(const share_group& g) const;
  candidate least_full(const share_group& g, const share_asker& asker) const;
  candidate looked_at(const share_group& g, const share_asker& asker) const;
  candidate reserved_one(const share_asker& asker) const;

  void list(std::vector<share_type*>& in, share_type& type);
  void unlist(std::vector<share_type*>& from, share_type& type);

  virtual_time time_;
  std::uint64_t dispatches_ = 0;
  std::map<micro, std::unique_ptr<share_bucket>> buckets_; // by slots
  std::vector<share_type*> along_;                         // open or not asked lately, but at V
  std::vector<share_type*> stopped_; // open, behind V; taken along when next asked for
  placed_heap<share_member, turn_key, &share_member::away_place> away_;
};

} // namespace rota::engine
