#include "wire/schema.hpp"

#include "wire/methods.hpp"

namespace rota::wire {
namespace {

std::string number_text(double x) {
  return json_text([x](json_writer& out) { out.number(x); });
}

// -- JSON Schema ----------------------------------------------------------------------------------

void write_type(json_writer& out, const shape& s) {
  if (s.type.empty())
    return;
  out.key("type");
  if (s.nullable)
    out.begin_array().string(s.type).string("null").end_array();
  else
    out.string(s.type);
}

void write_words(json_writer& out, const shape& s) {
  out.key("enum").begin_array();
  for (const auto word : s.words)
    out.string(word);
  if (s.nullable)
    out.null();
  out.end_array();
}

void write_members(json_writer& out, const shape& s) {
  out.key("properties").begin_object();
  for (const auto& member : s.members) {
    out.key(member.name).begin_object();
    write_schema(out, member.value);
    if (!member.default_value.empty())
      out.raw_member("default", member.default_value);
    out.end_object();
  }
  out.end_object().key("required").begin_array();
  for (const auto& member : s.members)
    if (member.required || member.always)
      out.string(member.name);
  out.end_array().key("additionalProperties").boolean(false);
}

// -- Markdown -------------------------------------------------------------------------------------

std::string code(std::string_view text) { return '`' + std::string{text} + '`'; }

std::string range_text(const shape& s) {
  std::string text;
  const auto add = [&](const std::string& fact) { text += (text.empty() ? "" : "; ") + fact; };
  for (const auto word : s.words)
    text += (text.empty() ? "" : ", ") + code(word);
  if (s.exclusive_minimum)
    add("greater than " + s.minimum + ", at most " + s.maximum);
  else if (!s.minimum.empty())
    add(s.minimum + " to " + s.maximum);
  if (!s.note.empty())
    add(s.note);
  if (s.not_empty)
    add("not empty");
  return text;
}

std::string type_text(const shape& s) {
  if (s.type == "array")
    return "array of " + type_text(s.element.front());
  return (s.type.empty() ? "any JSON" : s.type) + (s.nullable ? " or null" : "");
}

/// Adds a row for each member; members of inner objects get their paths.
void add_rows(std::string& out, const shape& s, const std::string& path, bool asked) {
  const auto& object = s.type == "array" ? s.element.front() : s;
  for (const auto& member : object.members) {
    const auto name = path + member.name;
    const auto& range = member.value.type == "array" ? member.value.element.front() : member.value;
    out += "| " + code(name) + " | " + type_text(member.value) + " | " + range_text(range) +
           (member.value.not_empty ? "; not empty" : "") + " | ";
    if (asked)
      out += member.required                ? "required"
             : member.default_value.empty() ? ""
                                            : code(member.default_value);
    else
      out += member.always ? "" : "may be absent";
    out += " |\n";
    add_rows(out, member.value, name + (member.value.type == "array" ? "[]." : "."), asked);
  }
}

void add_table(std::string& out, std::string_view title, const shape& s, bool asked) {
  if (s.members.empty()) {
    out += "\n" + std::string{title} + ": none.\n";
    return;
  }
  out += "\n| " + std::string{title} + " | type | range | " + (asked ? "default" : "") +
         " |\n|---|---|---|---|\n";
  add_rows(out, s, {}, asked);
}

} // namespace

shape shape_with(std::string_view type, std::string_view note) {
  shape s;
  s.type = type;
  s.note = note;
  return s;
}

// -- ranges ---------------------------------------------------------------------------------------

void describe(shape& s, const engine::integer_range& range) {
  s.minimum = std::to_string(range.least);
  s.maximum = std::to_string(range.most);
}
void describe(shape& s, const engine::duration_range& range) {
  s.minimum = std::to_string(range.least_ms);
  s.maximum = std::to_string(range.most_ms);
}
void describe(shape& s, const engine::number_range& range) {
  s.minimum = number_text(range.least);
  s.maximum = number_text(range.most);
  s.exclusive_minimum = range.open;
}
void describe(shape& s, const engine::name_text&) {
  s.note = "1 to 200 bytes without control characters";
}
void describe(shape& s, const engine::json_text&) { s.type.clear(); }
void describe(shape& s, const engine::pointer_text&) { s.note = "a JSON pointer (RFC 6901)"; }
void describe(shape& s, const engine::traceparent_text&) {
  s.note = "W3C Trace Context: 00-<32 hex>-<16 hex>-<2 hex>";
}
void describe(shape& s, const engine::tracestate_text&) {
  s.note = "1 to 512 bytes of printable ASCII";
}
void describe(shape& s, const engine::word_text& range) {
  s.words.assign(range.words.begin(), range.words.end());
}
void describe(shape& s, const engine::boolean_words& range) {
  s.type = "string";
  s.words = {range.if_true, range.if_false};
}

void shape_builder::operator()(std::string_view, const std::string&,
                               const engine::rule<engine::other_members>& r) {
  for (const auto name : option_names(r.range.whose))
    object_.members.push_back({std::string{name}, shape_with({}, "an option of the executor")});
}

shape_member name_shape(direction way, std::string_view name_member) {
  return {.name = std::string{name_member},
          .value = shape_of<std::string>(direction::asked, engine::a_name),
          .required = way != direction::shown,
          .always = way == direction::shown};
}

shape page_shape(std::string_view array, shape element) {
  auto list = shape_with("array");
  list.element.push_back(std::move(element));
  auto page = shape_with("object");
  page.members.push_back({.name = std::string{array}, .value = std::move(list), .always = true});
  auto cursor = shape_of<std::string>(direction::shown, null_if_empty(engine::any_value));
  page.members.push_back({.name = "cursor", .value = std::move(cursor), .always = true});
  return page;
}

void write_schema(json_writer& out, const shape& s) {
  write_type(out, s);
  if (!s.words.empty())
    write_words(out, s);
  if (!s.minimum.empty())
    out.raw_member(s.exclusive_minimum ? "exclusiveMinimum" : "minimum", s.minimum);
  if (!s.maximum.empty())
    out.raw_member("maximum", s.maximum);
  if (!s.note.empty())
    out.member("description", s.note);
  if (s.not_empty)
    out.member("minItems", std::int64_t{1});
  if (s.type == "array") {
    out.key("items").begin_object();
    write_schema(out, s.element.front());
    out.end_object();
  }
  if (!s.members.empty())
    write_members(out, s);
}

std::string openrpc_document(std::string_view version) {
  std::string text;
  json_writer out{text};
  out.begin_object().member("openrpc", "1.2.6");
  out.key("info").begin_object().member("title", "Rota").member("version", version).end_object();
  out.key("methods").begin_array();
  for (const auto& m : methods()) {
    out.begin_object().member("name", m.name).member("summary", m.summary);
    out.member("paramStructure", "by-name").key("params").begin_array();
    for (const auto& param : m.params().members) {
      out.begin_object().member("name", param.name).key("required").boolean(param.required);
      out.key("schema").begin_object();
      write_schema(out, param.value);
      if (!param.default_value.empty())
        out.raw_member("default", param.default_value);
      out.end_object().end_object();
    }
    out.end_array().key("result").begin_object().member("name", "result");
    out.key("schema").begin_object();
    write_schema(out, m.result());
    out.end_object().end_object().end_object();
  }
  out.end_array().end_object();
  return text;
}

std::string reference_page() {
  std::string out = "# The methods and their members\n\n"
                    "Made from the code by `./dev docs`; a test compares them. "
                    "[protocol.md](protocol.md) explains\n"
                    "what the methods do, with an example of each.\n";
  for (const auto& m : methods()) {
    out += "\n## " + std::string{m.name} + "\n\n" + std::string{m.summary} + ".\n";
    add_table(out, "params", m.params(), true);
    add_table(out, "result", m.result(), false);
  }
  return out;
}

} // namespace rota::wire
