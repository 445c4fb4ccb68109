// Options of executors: JSON whose shape is checked here, kept as text in the settings and understood
// by the executor.
#pragma once
#include "engine/members.hpp"
#include "wire/param.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rota::wire {

/// The options that one put sends: `{"command": [...], "limits": {...}}`.
class options_patch {
public:
  explicit options_patch(engine::other_members::of whose) : whose_(whose) {}

  /// Takes a member; false: it was refused.
  bool add(const param& p, std::string_view name);
  /// Merges what was added into the standing options; false: they are too large together, which
  /// `owner` was refused for.
  bool merge_into(std::string& standing, const param& owner) const;

private:
  engine::other_members::of whose_;
  std::string patch_; ///< An object without its closing brace; empty: nothing was added.
};

/// The names of the options that there are.
std::vector<std::string_view> option_names(engine::other_members::of whose);

/// Merges `patch` into `standing`, both JSON objects, as RFC 7396 says: null removes a member,
/// objects are merged, all else is replaced. `standing` may be empty. O(bytes).
std::string merge_options(std::string_view standing, std::string_view patch);

} // namespace rota::wire
