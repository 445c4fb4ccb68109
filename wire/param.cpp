#include "wire/param.hpp"

#include "json/write.hpp"

namespace rota::wire {

std::string to_text(const flaw& what) {
  const auto path = what.path.empty() ? std::string{"params"} : what.path;
  for (const std::string_view fact : {"unknown member", "duplicate member"})
    if (what.reason == fact)
      return what.reason + ' ' + path;
  return path + ' ' + what.reason;
}

void param::append_pointer(std::string& out) const {
  if (parent_ == nullptr)
    return;
  parent_->append_pointer(out);
  out += '/';
  out += name_.data() == nullptr ? std::to_string(index_) : escape_pointer_token(name_);
}

bool param::refuse(std::string_view reason) const {
  if (!flaw_) {
    flaw_.emplace();
    append_pointer(flaw_->path);
    flaw_->reason = reason;
  }
  return false;
}

} // namespace rota::wire
