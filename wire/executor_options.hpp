// Options of executors: JSON whose shape is checked here, stored as text in the settings, and
// interpreted by the executor.
#pragma once
#include "engine/members.hpp"
#include "wire/param.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rota::wire {

/// The options in one put: `{"command": [...], "limits": {...}}`.
class options_patch {
public:
  explicit options_patch(engine::other_members::of whose) : whose_(whose) {}

  /// Adds a member; returns false if it was refused.
  bool add(const param& p, std::string_view name);
  /// Merges the added members into the current options. Returns false if the result is too large;
  /// `owner` is then refused for it.
  bool merge_into(std::string& current, const param& owner) const;

private:
  engine::other_members::of whose_;
  std::string patch_; ///< An object without its closing brace; empty: nothing was added.
};

/// The names of all options.
std::vector<std::string_view> option_names(engine::other_members::of whose);

/// Merges `patch` into `current`, both JSON objects, by RFC 7396: null removes a member, objects
/// are merged, everything else is replaced. `current` may be empty. O(bytes).
std::string merge_options(std::string_view current, std::string_view patch);

} // namespace rota::wire
