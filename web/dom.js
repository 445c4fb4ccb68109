// Creates elements. Text is always a text node: nothing from the daemon is interpreted as markup.

/** An element with attributes (`class`, `href`, ...) and children: elements, texts, numbers, or lists of these. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children.flat().map(child => child instanceof Node ? child : String(child)));
  return made;
}

export function card(title, ...children) {
  return el("section", { class: "card" }, el("h2", {}, title), ...children);
}

/** A column is [heading, function from a row to its cell, "number"?]. `none` is the text for an empty table. */
export function table(columns, rows, none) {
  if (rows.length === 0) return el("p", { class: "note" }, none);
  const kind = column => column[2] ? { class: column[2] } : {};
  return el("div", { class: "wide" }, el("table", {},
    el("thead", {}, el("tr", {}, columns.map(c => el("th", kind(c), c[0])))),
    el("tbody", {}, rows.map(row => el("tr", {}, columns.map(c => el("td", kind(c), c[1](row))))))));
}

/** A list of names and their values; pairs whose value is null are left out. */
export function facts(pairs) {
  return el("dl", {}, pairs.filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]).flat());
}

export const tenantLink = name => el("a", { href: "#/tenant/" + encodeURIComponent(name) }, name);
export const jobLink = id => el("a", { href: "#/job/" + encodeURIComponent(id) }, id);
