#include "bench/common/tenant_text.hpp"

namespace rota::bench {

tenant_text& tenant_text::append(std::string_view text) {
  text_.append(text);
  return *this;
}

tenant_text& tenant_text::append_tenant() {
  places_.push_back(text_.size());
  text_.append(tenant_digits, '0');
  return *this;
}

void tenant_text::set(std::size_t place, std::uint32_t tenant) {
  for (std::size_t digit = tenant_digits; digit-- > 0; tenant /= 10) {
    text_[places_[place] + digit] = static_cast<char>('0' + tenant % 10);
  }
}

std::string_view tenant_text::for_tenant(std::uint32_t tenant) {
  for (std::size_t place = 0; place < places_.size(); ++place) {
    set(place, tenant);
  }
  return text_;
}

} // namespace rota::bench
