// The fair share of one pool: start-time fair queueing over tenants, with frames for work that
// waits together. It handles tags and order only. Limits are unknown to it: set_open() reports what
// is open.
//
// A tenant's ready lanes are grouped into seats, one for each class (type, limited key, slots) in
// which it has live work. The positions of its live seats determine its home, and its tag is
// relative to that:
//
//   pool            V, the virtual time
//    └ type         offset; follows V while it is open and asked for, else is stopped
//       └ class     offset; waits for its key or for slots
//
// A frame that is closed as a whole waits as a whole: its clock advances only until it meets the
// least F in it. When the frame takes part again, one offset brings its clock to that of the frame
// around it. All its members are lifted together, so the differences between them do not change.
#pragma once
#include "engine/fair_share/fair_share_heap.hpp"
#include "engine/quantity.hpp"
#include "engine/time.hpp"
#include "engine/virtual_time.hpp"

#include <algorithm>
#include <cstdint>
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

/// The order of turns: least tag, then least recently served, then by name.
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

/// What a tag is relative to.
enum class share_home : std::uint8_t { none, of_class, of_type, of_pool };

/// A tenant in a pool.
struct share_member {
  const std::string* name = nullptr; ///< Outlives the member.
  micro weight = micro::of(1);
  std::int64_t carry = 0;
  virtual_time tag;         ///< F, relative to the home.
  virtual_time refund;      ///< How far a refund has left it below its time; lifting keeps this
                            ///< distance.
  std::uint64_t served = 0; ///< Number of the last dispatch that served it.
  share_home home = share_home::none;
  std::vector<share_seat*> live;
  std::uint32_t idle_place = no_place;
};

/// A tenant's work in one class.
struct share_seat {
  share_member* member = nullptr;
  share_class* cls = nullptr;
  std::uint32_t most_ready = 0;     ///< In a lingering class: the number of ready jobs in its
                                    ///< fullest lane.
  time_point skipped_since = never; ///< When it was first passed over for lack of slots.
  bool live = false;
  std::uint32_t place = no_place;
};

/// Seats that share every limit: type, limited key and slots. Lingering seats have their own
/// classes.
struct share_class {
  using heap = placed_heap<share_seat, turn_key, &share_seat::place>;

  share_type* type = nullptr;
  share_group* group = nullptr;
  virtual_time offset;     ///< From the class to its type.
  virtual_time clock;      ///< Its time when advance_clock() was last called, relative to the type;
                           ///< time_of(share_class) derives the present time from it
  virtual_time outer_time; ///< and from the type's time at that call, relative to the type.
  bool open = true;        ///< Its key is below its limits.
  heap of_class;           ///< Members whose home is the class; keys are relative to it.
  heap of_type;            ///< Members whose home is the type; keys are relative to it.
  heap of_pool;            ///< Members whose home is the pool; keys are absolute.
  std::uint32_t type_place = no_place;
  std::uint32_t pool_place = no_place;
};

/// The classes of a type with the same slots.
struct share_group {
  share_type* type = nullptr;
  share_bucket* bucket = nullptr;
  bool lingering = false;
  std::uint32_t batch_max = 1; ///< In a lingering group: the largest batch_max of its lanes.
  std::uint32_t classes = 0;
  /// The classes by the least key in of_class and of_type, and by the least one in of_pool.
  placed_heap<share_class, turn_key, &share_class::type_place> by_type;
  placed_heap<share_class, turn_key, &share_class::pool_place> by_pool;
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
  virtual_time offset;     ///< From the type to the pool.
  virtual_time clock;      ///< While it does not follow V: its time when advance_clock() was last
                           ///< called, relative to the type,
  virtual_time outer_time; ///< and V at that call.
  bool follows = true;     ///< Its time is V.
  bool open = true;        ///< Below its cap and rate.
  std::uint32_t live = 0;  ///< Number of live seats; without any, its time is V.
  std::uint32_t list_place = no_place;
  std::vector<std::unique_ptr<share_group>> groups;
};

/// An asker: which types it wants, how much of the pool it may use, how large its leases may be.
struct share_asker {
  const std::vector<share_type*>* types = nullptr; ///< Sorted; nullptr: all types of the pool.
  std::uint32_t max_jobs = 1;
  micro free;                           ///< Unused slots.
  micro available;                      ///< Unused slots that are not reserved.
  const share_seat* reserved = nullptr; ///< This seat may use all free slots.

  /// Whether the asker wants the type. O(log n) in types.
  bool wants(const share_type& type) const;
  /// Whether the slots that the asker may use suffice for one more attempt of the seat.
  bool fits(const share_seat& seat) const;
};

class fair_share {
public:
  fair_share() = default;
  fair_share(const fair_share&) = delete;
  fair_share& operator=(const fair_share&) = delete;

  // -- classes and seats --------------------------------------------------------------------------

  /// Adds an empty, open class to a type. Drop it when its last seat has left.
  void add_class(share_class& c, share_type& type, micro slots, bool lingering);
  void drop_class(share_class& c);

  /// Reports that the seat has live work, or no longer has any. Moves the member's home if
  /// necessary. O(log n) in members.
  void join(share_seat& seat);
  void leave(share_seat& seat);

  // -- limits -------------------------------------------------------------------------------------

  /// Opens or closes a type or a class after a change of its shared limits.
  void set_open(share_type& type, bool open);
  void set_open(share_class& c, bool open);

  // -- turns --------------------------------------------------------------------------------------

  /// Returns a seat of the eligible tenant with the least F, or null. Lifts frames that waited.
  share_seat* choose(const share_asker& asker);
  /// Charges the tenant that this asker chose.
  void dispatched(share_member& member, const share_asker& asker, micro cost);
  /// Corrects the cost of an earlier dispatch: F += difference / weight. Never lifts.
  void correct(share_member& member, micro difference);

  /// Changes the weight. The member's lead is service received in advance and keeps its cost, so
  /// the lead is rescaled.
  void set_weight(share_member& member, micro weight);

  /// Whether the asker could be given a turn of the seat: it is live, open, wanted and fits; a
  /// lingering one also has to have a full batch.
  bool eligible(const share_seat& seat, const share_asker& asker) const;
  /// Whether any seat of the member is eligible.
  bool eligible(const share_member& member, const share_asker& asker) const;
  /// Among the open seats that the asker wants but that do not fit, the one with the least F.
  share_seat* least_oversized(const share_asker& asker) const;

  // -- reading and restoring ----------------------------------------------------------------------

  virtual_time time() const { return time_; }
  /// Raises V to at least this time.
  void restore_time(virtual_time at_least) { time_ = std::max(time_, at_least); }
  /// F relative to the pool.
  virtual_time tag(const share_member& member) const { return member.tag + base_of(member); }
  /// F after pending lifts: V + the member's lead over the time of its home.
  virtual_time lifted_tag(const share_member& member) const { return time_ + lead_of(member); }
  /// Raises F to at least this tag, relative to the pool.
  void restore_tag(share_member& member, virtual_time at_least);

  /// The list of members without live work. They leave it when they get live work.
  void add_idle(share_member& member);
  void remove_idle(share_member& member) { idle_.remove(member); }
  /// Removes from the list, and returns, a member that is indistinguishable from a new one because
  /// F <= V; null if there is none.
  share_member* take_forgettable();

  // -- audit --------------------------------------------------------------------------------------

  /// Checks where the member and its live seats are placed; returns the first finding. O(its
  /// seats).
  std::optional<std::string> audit(const share_member& member) const;
  /// Checks the order of turns; returns the first finding. O(members).
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
  void advance_clock(share_type& type);
  void advance_clock(share_class& c);
  void advance_clocks(const share_member& member);
  virtual_time time_of_home(const share_member& member) const;
  virtual_time base_of(const share_member& member) const;
  virtual_time lead_of(const share_member& member) const;
  bool lags(const share_member& member, virtual_time time) const;

  /// At most this many members are examined to see past those that lag or that a refund has put in
  /// front.
  static constexpr std::uint32_t examined_max = 64;
  void ensure_entitled(const share_seat& seat) const;
  static share_home home_of(const share_member& member);
  void rehome(share_member& member, virtual_time lead);
  static share_class::heap* heap_of(const share_seat& seat);
  void place(share_seat& seat);
  void unplace(share_seat& seat);
  void rekey(share_member& member);
  void refresh(share_class& c);
  void refresh(share_group& g);

  void resume(const share_asker& asker);
  void resume(share_type& type);
  void stop(share_type& type);
  bool lift(const share_seat& seat);
  void raise_time(virtual_time to, const share_asker& asker);

  candidate least(const share_asker& asker) const;
  candidate least_of(const share_type& type, const share_asker& asker) const;
  static candidate first_in_type(const share_class& c);
  candidate head(const share_group& g) const;
  candidate least_full(const share_group& g, const share_asker& asker) const;
  candidate first_of(const share_group& g, const share_asker& asker) const;
  candidate reserved_candidate(const share_asker& asker) const;

  void list(std::vector<share_type*>& in, share_type& type);
  void unlist(std::vector<share_type*>& from, share_type& type);

  virtual_time time_;
  std::uint64_t dispatches_ = 0;
  std::map<micro, std::unique_ptr<share_bucket>> buckets_; // by slots
  std::vector<share_type*> following_;                     // at V: open, or not asked for recently
  std::vector<share_type*> stopped_; // open but behind V; resumed when next asked for
  placed_heap<share_member, turn_key, &share_member::idle_place> idle_;
};

} // namespace rota::engine
