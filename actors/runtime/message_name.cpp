#include "actors/runtime/message_name.hpp"

#include <boost/core/demangle.hpp>

namespace rota::actors {
namespace {

/// Returns the part after the last ::, for types without parameters.
std::string short_name(const std::string& whole) {
  if (whole.find('<') != std::string::npos)
    return whole;
  const auto last = whole.rfind("::");
  return last == std::string::npos ? whole : whole.substr(last + 2);
}

} // namespace

std::string name_of(const caf::type_erased_tuple& message) {
  std::string name;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const auto* type = message.type(i).second;
    name += i == 0 ? "" : ", ";
    name += type == nullptr ? "of CAF's own" : short_name(boost::core::demangle(type->name()));
  }
  return name;
}

} // namespace rota::actors
