#include "bench/common/program.hpp"

#include "bench/common/system_calls.hpp"
#include "system/files.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace rota::bench {

std::string read_text(const std::filesystem::path& file) {
  auto text = system::read_file(file.string());
  if (!text)
    throw std::runtime_error("cannot read " + file.string());
  return std::move(*text);
}

temporary_folder::temporary_folder(const std::filesystem::path& parent) {
  std::string name = (parent / "rota-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw system_failure("cannot create a folder in " + parent.string());
  path_ = name;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool temporary_folder::in_memory() const {
  struct statfs about {};
  return statfs(path_.c_str(), &about) == 0 && about.f_type == TMPFS_MAGIC;
}

} // namespace rota::bench
