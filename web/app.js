// Shows the page of an address and refreshes it while it is visible.
import { Refused, ask } from "./api.js";
import { el } from "./dom.js";
import { Job } from "./job.js";
import { Overview } from "./overview.js";
import { Tenant } from "./tenant.js";

const interval = 5_000;
const place = document.getElementById("page");
const state = document.getElementById("state");
let page = null;
let timer = 0;

function pageOf(hash) {
  const [, kind, name] = hash.match(/^#\/(tenant|job)\/(.+)$/) ?? [];
  try {
    if (kind === "tenant") return new Tenant(decodeURIComponent(name));
    if (kind === "job") return new Job(decodeURIComponent(name));
  } catch {
    // The address is malformed.
  }
  return new Overview();
}

function say(text, good) {
  state.textContent = text;
  state.className = good ? "" : "bad";
}

async function sayState() {
  const server = await ask("server.info");
  say(server.draining ? "draining: starts no work" : `version ${server.version}, ${server.durability}`, !server.draining);
}

async function refresh() {
  clearTimeout(timer);
  const shown = page;
  try {
    await Promise.all([sayState(), shown.refresh()]);
  } catch (error) {
    if (!(error instanceof Refused)) say("the server does not respond", false);
    else if (error.kind === "not_found") shown.element.replaceChildren(el("h1", {}, "Not found"), el("p", {}, error.message));
    else say(error.message, false);
  }
  if (shown === page && !document.hidden) timer = setTimeout(refresh, interval);
}

function show() {
  for (const plot of page?.plots ?? []) plot.end();
  page = pageOf(location.hash);
  document.title = page.title ? page.title + " - Rota" : "Rota";
  place.replaceChildren(page.element);
  refresh();
}

document.getElementById("search").addEventListener("submit", event => {
  event.preventDefault();
  const wanted = document.getElementById("wanted").value.trim();
  if (wanted === "") return;
  const isJob = /^j[0-9a-z]+-[0-9a-z]+$/.test(wanted);
  location.hash = (isJob ? "#/job/" : "#/tenant/") + encodeURIComponent(wanted);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => page.plots.forEach(plot => plot.restyle()));
document.addEventListener("visibilitychange", () => document.hidden || refresh());
addEventListener("hashchange", show);
show();
