#pragma once

#include "json/slice.hpp"
#include "wire/client.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace rota::client {

/// The program's exit status.
enum class exit_status : int { done = 0, refused = 1, usage = 2, no_connection = 3 };

/// Sends requests to a server and returns the answers.
class requester {
public:
  virtual ~requester() = default;
  /// Sends a request, whose `params` is the JSON text of an object, and waits for the answer.
  /// Returns the JSON text of the result.
  [[nodiscard]] virtual boost::system::result<std::string, wire::call_error>
  call(std::string_view method, std::string_view params) = 0;
};

/// The confirmation that a change needs if its jobs are not named one by one.
enum class bulk_confirmation : std::uint8_t {
  none,
  ask,        ///< Preview the change and ask the user at the terminal.
  option_yes, ///< Not interactive: --yes.
};

/// Settings that apply to every command.
struct command_context {
  wire::endpoint server;
  bool json = false;                           ///< Print the JSON from the wire instead of tables.
  std::vector<std::string> trailing_arguments; ///< Those after `--`.
  bulk_confirmation bulk = bulk_confirmation::none;
  /// Handles the requests; null: each command connects to `server`.
  std::shared_ptr<requester> shared_requester;
};

/// Connects, or reports on stderr why it cannot.
[[nodiscard]] boost::system::result<wire::client, exit_status>
connect(const command_context& context);

/// Returns the requester for a command: `shared_requester` if set, else a new connection. Reports
/// on stderr why there is none.
[[nodiscard]] boost::system::result<std::shared_ptr<requester>, exit_status>
open_requester(const command_context& context);

/// Calls `method` once, or reports on stderr why there is no result.
[[nodiscard]] boost::system::result<std::string, exit_status>
call(const command_context& context, std::string_view method, std::string_view params);

/// Prints a result for people.
using printer = std::function<void(json_value result)>;

/// Calls `method` once and prints the result: as received with --json, else through `print_result`.
[[nodiscard]] exit_status call_and_print(const command_context& context, std::string_view method,
                                         std::string_view params, const printer& print_result);
/// Prints a result in the same way.
void print_result_of(const command_context& context, std::string_view result,
                     const printer& print_result);

/// Reports on stderr the server's error, its kind, and what to do about it.
exit_status report(const wire::call_error& error);
/// Reports on stderr why the connection was lost.
exit_status report_lost(std::string_view reason);
/// Reports on stderr an error in the command line.
exit_status report_usage(std::string_view mistake);

/// Output could not be written: the reader of stdout has gone, or its disk is full. Ends the
/// program, because its output is incomplete.
struct output_lost : std::runtime_error {
  explicit output_lost(int error)
      : std::runtime_error("cannot write the output: " + std::generic_category().message(error)),
        number(error) {}
  int number; ///< An errno value.
};

/// Writes to stdout. Throws output_lost.
void print(std::string_view text);
void print_line(std::string_view text);
/// Flushes everything printed so far. Throws output_lost.
void flush_output();

} // namespace rota::client
