#pragma once

#include "cmd/rota/requester.hpp"
#include "json/slice.hpp"
#include "wire/client.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace rota::client {

/// How the program ends.
enum class exit_status : int { done = 0, refused = 1, usage = 2, no_connection = 3 };

/// What becomes of a change of many jobs that are not named one by one.
enum class bulk_changes : std::uint8_t {
  at_once,
  asked,    ///< Whoever sits there is shown what it would change, and asked.
  with_yes, ///< Nobody sits there: only with --yes.
};

/// What holds for every command.
struct context {
  wire::endpoint server;
  bool json = false;              ///< Print what the wire gave instead of tables.
  std::vector<std::string> words; ///< What stands after `--`.
  bulk_changes bulk = bulk_changes::at_once;
  /// Takes the requests; null: a connection to `server` for each command.
  std::shared_ptr<requester> joined;
};

/// Connects, or says on stderr why not.
[[nodiscard]] boost::system::result<wire::client, exit_status> connect(const context& settings);

/// Who takes a command's requests: who is joined, or a connection of its own. Or says on stderr why
/// there is none.
[[nodiscard]] boost::system::result<std::shared_ptr<requester>, exit_status>
open_requester(const context& settings);

/// Calls `method` once, or says on stderr why there is no result.
[[nodiscard]] boost::system::result<std::string, exit_status>
call(const context& settings, std::string_view method, std::string_view params);

/// Prints a result for people.
using printer = std::function<void(json_value result)>;

/// Calls `method` once and prints the result: its text with --json, else through `print_result`.
[[nodiscard]] exit_status call_and_print(const context& settings, std::string_view method,
                                         std::string_view params, const printer& print_result);
/// Prints a result that is there already in the same way.
void print_result_of(const context& settings, std::string_view result, const printer& print_result);

/// Says on stderr what the server refused, of which kind, and what to do about it.
exit_status report(const wire::call_error& error);
/// Says on stderr why the connection is gone.
exit_status report_lost(std::string_view reason);
/// Says on stderr what is wrong with the command line.
exit_status report_usage(std::string_view mistake);

/// What was to be printed could not be: nobody reads stdout any more, or the disk behind it is full.
/// It ends the program, whose output would be a lie.
struct output_lost : std::runtime_error {
  explicit output_lost(int error)
      : std::runtime_error("cannot write the output: " + std::generic_category().message(error)),
        number(error) {}
  int number; ///< As in errno.
};

/// Writes to stdout. Throws output_lost.
void print(std::string_view text);
void print_line(std::string_view text);
/// What was printed so far has left this program. Throws output_lost.
void flush_output();

} // namespace rota::client
