#include "cmd/rotad/options.hpp"

#include "json/check.hpp"
#include "wire/reading.hpp"
#include "wire/version.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/ip/address.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace rota::daemon {
namespace {

/// Reads the config file. Returns an error text, or nothing.
std::optional<std::string> read_config(const std::string& path, options& into) {
  std::ifstream file{path};
  std::stringstream content;
  content << file.rdbuf();
  if (!file)
    return "cannot read the configuration file " + path;
  const auto text = content.str();
  if (const auto error = check_json(text))
    return "invalid JSON in " + path + ": the text " + error->reason + " at byte " +
           std::to_string(error->offset);
  std::optional<wire::flaw> wrong;
  if (!read(wire::param{json_value{text}, wrong}, engine::any_value, into))
    return path + ": " + to_text(*wrong);
  return std::nullopt;
}

/// Reads HOST:PORT, where the port may be 0, or a port alone, which is on the loopback address.
std::optional<wire::endpoint> listener_from(const std::string& text) {
  if (text.find(':') == std::string::npos)
    return listener_from("127.0.0.1:" + text);
  return wire::parse_endpoint(text, wire::any_port::allowed);
}

/// Stores the ports in the options. Returns an error text, or nothing.
std::optional<std::string> apply_ports(const std::string& listen, const std::string& http,
                                       options& into) {
  const auto endpoint = listener_from(listen);
  if (!endpoint)
    return "--listen must be HOST:PORT, not " + listen;
  into.listen = *endpoint;
  if (http.empty())
    return std::nullopt;
  into.http = listener_from(http);
  if (!into.http)
    return "--http must be PORT or HOST:PORT, not " + http;
  return std::nullopt;
}

/// Without certificates on both sides, only clients on this machine may connect.
bool is_loopback(const std::string& host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return error ? host == "localhost" : address.is_loopback();
}

/// The command line's options for consoles.
struct console_arguments {
  std::string listen;
  console::tls_files tls;
};

void add_console_options(CLI::App& app, console_arguments& given) {
  app.add_option(
      "--console", given.listen,
      "Serve `rota console` on HOST:PORT (default: off); any but a loopback address requires "
      "the --console-tls options");
  app.add_option("--console-tls-cert", given.tls.certificate,
                 "PEM file with the server's certificate for consoles");
  app.add_option("--console-tls-key", given.tls.key, "PEM file with its private key");
  app.add_option("--console-tls-ca", given.tls.ca,
                 "PEM file with the CA of the consoles' certificates");
}

/// Stores them in the options. Returns an error text, or nothing.
std::optional<std::string> apply(const console_arguments& given, options& into) {
  const int files = !given.tls.certificate.empty() + !given.tls.key.empty() + !given.tls.ca.empty();
  if (files != 0 && files != 3)
    return "--console-tls-cert, --console-tls-key and --console-tls-ca must be given together";
  if (given.listen.empty())
    return files == 0 ? std::nullopt
                      : std::optional<std::string>{"--console-tls-cert, --console-tls-key and "
                                                   "--console-tls-ca require --console"};
  const auto endpoint = listener_from(given.listen);
  if (!endpoint)
    return "--console must be HOST:PORT, not " + given.listen;
  if (files == 0 && !is_loopback(endpoint->host))
    return "--console: " + given.listen +
           " is not a loopback address: use 127.0.0.1, or the --console-tls options";
  into.console = console_options{*endpoint, std::nullopt};
  if (files == 3)
    into.console->tls = given.tls;
  return std::nullopt;
}

} // namespace

std::string_view name_of(persistence::durability level) {
  switch (level) {
  case persistence::durability::fsync: return "fsync";
  case persistence::durability::os: return "os";
  case persistence::durability::memory: break;
  }
  return "memory";
}

std::optional<options> read_options(int argc, char** argv, int& exit_code) {
  options out;
  std::string listen = "127.0.0.1:7070";
  std::string http;
  std::string config;
  CLI::App app{"rotad: a fair, durable scheduler for many tenants"};
  app.set_version_flag("--version", "rotad " + std::string{version()});
  app.add_option("--data", out.data, "Folder of the store, created if missing")
      ->capture_default_str();
  app.add_option("--listen", listen, "HOST:PORT for clients; port 0 picks a free port")
      ->capture_default_str();
  app.add_option("--http", http,
                 "Serve metrics, health checks and the web page on [HOST:]PORT (default: off; HOST "
                 "defaults to 127.0.0.1)");
  console_arguments console;
  add_console_options(app, console);
  app.add_option("--config", config, "JSON file with limits and retention");
  const std::map<std::string, persistence::durability> levels{
      {"fsync", persistence::durability::fsync},
      {"os", persistence::durability::os},
      {"memory", persistence::durability::memory}};
  std::string level = "fsync";
  app.add_option(
         "--durability", level,
         "What acknowledged changes survive: fsync (power loss), os (end of the process), memory "
         "(nothing)")
      ->transform(CLI::IsMember(levels, CLI::ignore_case))
      ->capture_default_str();
  const std::map<std::string, log_format> formats{{"text", log_format::text},
                                                  {"json", log_format::json}};
  std::string format = "text";
  app.add_option("--log-format", format, "Format of the log on stderr: text or json")
      ->transform(CLI::IsMember(formats, CLI::ignore_case))
      ->capture_default_str();
  exit_code = 2;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    exit_code = app.exit(e) == 0 ? 0 : 2;
    return std::nullopt;
  }
  out.durability = levels.at(level);
  out.log = formats.at(format);
  out.runtime.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  auto error = apply_ports(listen, http, out);
  if (!error)
    error = apply(console, out);
  if (!error && !config.empty())
    error = read_config(config, out);
  if (!error)
    return out;
  std::cerr << "rotad: " << *error << '\n';
  return std::nullopt;
}

} // namespace rota::daemon
