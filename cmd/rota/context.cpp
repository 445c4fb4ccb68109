#include "cmd/rota/context.hpp"

#include "cmd/rota/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>

namespace rota::client {

namespace {

struct advice_row {
  std::string_view kind;
  std::string_view advice;
};

constexpr advice_row advice_rows[] = {
    {"parse", "the server may be of another version: compare `rota info` with `rota --version`"},
    {"invalid_request",
     "the server may be of another version: compare `rota info` with `rota --version`"},
    {"unknown_method", "the server may be older: compare `rota info` with `rota --version`"},
    {"invalid", "correct the request and try again"},
    {"not_found", "list what exists with `rota jobs`, `rota types` or `rota tenants`"},
    {"queue_full", "try again later, or raise the tenant's max_queued"},
    {"lease_lost", "the job has ended or belongs to another worker: discard the result"},
    {"wrong_state", "check the state with `rota job` or `rota queues`"},
    {"too_large", "send smaller requests, or raise the limit in the server's configuration"},
    {"unauthorized", "this port does not permit the request"},
    {"draining", "the server is draining: `rota drain off` ends it"},
    {"unavailable", "the outcome is unknown: try again with the same key once the storage is back"},
};

std::string_view advice_for(std::string_view kind) {
  const auto* row = std::ranges::find(advice_rows, kind, &advice_row::kind);
  return row == std::end(advice_rows) ? std::string_view{} : row->advice;
}

/// Sends requests over a connection to a server.
class wire_requester final : public requester {
public:
  explicit wire_requester(wire::client server) : server_(std::move(server)) {}
  boost::system::result<std::string, wire::call_error> call(std::string_view method,
                                                            std::string_view params) override {
    return server_.call(method, params);
  }

private:
  wire::client server_;
};

void print_error(std::string_view text) { fmt::print(stderr, "rota: {}\n", text); }

} // namespace

boost::system::result<wire::client, exit_status> connect(const command_context& context) {
  auto connected = wire::client::connect(context.server);
  if (!connected)
    return report_lost(connected.error());
  return std::move(*connected);
}

boost::system::result<std::shared_ptr<requester>, exit_status>
open_requester(const command_context& context) {
  if (context.shared_requester)
    return context.shared_requester;
  auto server = connect(context);
  if (!server)
    return server.error();
  return std::shared_ptr<requester>{std::make_shared<wire_requester>(std::move(*server))};
}

boost::system::result<std::string, exit_status>
call(const command_context& context, std::string_view method, std::string_view params) {
  const auto server = open_requester(context);
  if (!server)
    return server.error();
  auto result = (*server)->call(method, params);
  if (!result)
    return report(result.error());
  return std::move(*result);
}

exit_status call_and_print(const command_context& context, std::string_view method,
                           std::string_view params, const printer& print_result) {
  const auto result = call(context, method, params);
  if (!result)
    return result.error();
  print_result_of(context, *result, print_result);
  return exit_status::done;
}

void print_result_of(const command_context& context, std::string_view result,
                     const printer& print_result) {
  if (context.json) {
    print_line(result);
  } else {
    print_result(json_value{result});
  }
}

exit_status report(const wire::call_error& error) {
  if (error.lost)
    return report_lost(error.message + "; the request may or may not have been executed");
  std::string text = "refused: " + visible(error.message);
  if (!error.kind.empty())
    text += " (" + visible(error.kind) + ")";
  if (const auto wait = at_pointer(json_value{error.data}, "/retry_after_ms")) {
    text += fmt::format("\n      retry after {} ms", wait->raw());
  }
  if (const auto advice = advice_for(error.kind); !advice.empty()) {
    text += fmt::format("\n      {}", advice);
  }
  print_error(text);
  return exit_status::refused;
}

exit_status report_lost(std::string_view reason) {
  print_error(fmt::format(
      "{}\n      check that rotad is running there; --server HOST:PORT selects another address",
      reason));
  return exit_status::no_connection;
}

exit_status report_usage(std::string_view mistake) {
  print_error(fmt::format("{} (see rota --help)", mistake));
  return exit_status::usage;
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
    throw output_lost{errno};
}

void flush_output() {
  if (std::fflush(stdout) != 0)
    throw output_lost{errno};
}

void print_line(std::string_view text) {
  print(text);
  print("\n");
  flush_output();
}

} // namespace rota::client
