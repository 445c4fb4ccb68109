#include "wire/replies.hpp"

#include "json/text.hpp"

namespace rota::wire {
namespace {

std::string base64(std::string_view data) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((data.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < data.size(); at += 3) {
    const auto left = data.size() - at;
    const auto byte = [&](std::size_t i) {
      return i < left ? static_cast<unsigned char>(data[at + i]) : 0U;
    };
    const unsigned bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    text += digits[bits >> 18];
    text += digits[bits >> 12 & 63];
    text += left > 1 ? digits[bits >> 6 & 63] : '=';
    text += left > 2 ? digits[bits & 63] : '=';
  }
  return text;
}

} // namespace

complete_reply::item complete_reply::settled(std::string lease, std::vector<settled_job> jobs) {
  item i;
  i.lease = std::move(lease);
  if (jobs.size() == 1) {
    i.job = jobs.front().id;
    i.state = jobs.front().state;
  } else {
    i.jobs = std::move(jobs);
  }
  return i;
}

complete_reply::item complete_reply::lost(std::string lease) {
  item i;
  i.lease = std::move(lease);
  i.failure = {name_of(error_kind::lease_lost),
               "the lease no longer holds this job; its result was dropped"};
  return i;
}

output_reply output_reply::of(std::string bytes, bool at_end) {
  if (is_utf8(bytes))
    return {std::move(bytes), "utf-8", at_end};
  return {base64(bytes), "base64", at_end};
}

std::string_view name_member_of(setting_kind kind) {
  return kind == setting_kind::key ? "key" : "name";
}

std::string_view plural_of(setting_kind kind) {
  switch (kind) {
  case setting_kind::type: return "types";
  case setting_kind::tenant: return "tenants";
  case setting_kind::pool: return "pools";
  case setting_kind::key: return "keys";
  case setting_kind::executor: break;
  }
  return "executors";
}

refusal refused(error_kind what, std::string message) {
  refusal r;
  r.what = what;
  r.message = std::move(message);
  return r;
}

refusal in_use(std::string message) {
  auto r = refused(error_kind::wrong_state, std::move(message));
  r.state = "in_use";
  return r;
}

refusal no_such_setting() { return refused(error_kind::not_found, "no setting of that name"); }

} // namespace rota::wire
