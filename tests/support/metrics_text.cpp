#include "tests/support/metrics_text.hpp"

#include "tests/support/files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstdlib>

namespace rota::tests {

std::optional<double> series(std::string_view page, std::string_view name) {
  const auto start = "\n" + std::string{name} + " ";
  const auto found = page.find(start);
  if (found == std::string_view::npos)
    return std::nullopt;
  return std::strtod(page.data() + found + start.size(), nullptr);
}

std::optional<std::string> flaws_of_metrics(const std::string& page) {
  if (std::system("command -v promtool > /dev/null") != 0)
    return std::nullopt;
  const temporary_folder folder{"promtool"};
  const auto in = folder.write("page", page).string();
  const auto out = (folder.path() / "out").string();
  const int status =
      std::system(("promtool check metrics < '" + in + "' > '" + out + "' 2>&1").c_str());
  const auto report = read_whole(out);
  return status == 0 ? report : report + "(promtool failed)";
}

} // namespace rota::tests
