#include "bench/common/tenant_text.hpp"

namespace rota::bench {

std::uint32_t read_tenant(std::string_view text) {
  std::uint32_t tenant = 0;
  for (const char digit : text.substr(0, tenant_digits)) {
    tenant = tenant * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return tenant;
}

tenant_text& tenant_text::append(std::string_view text) {
  text_.append(text);
  return *this;
}

tenant_text& tenant_text::append_tenant() {
  places_.push_back(text_.size());
  text_.append(tenant_digits, '0');
  return *this;
}

tenant_text& tenant_text::append_noise(std::size_t size) {
  noisy_parts_.push_back({text_.size(), size});
  text_.append(noise_.next(size));
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
  for (const auto& part : noisy_parts_) {
    noise_.next(part.size).copy(text_.data() + part.begin, part.size);
  }
  return text_;
}

} // namespace rota::bench
