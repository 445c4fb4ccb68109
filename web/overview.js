// The first page: the figures of `rota top`, and plots of the last hour.
import { ask } from "./api.js";
import { card, el, table, tenantLink } from "./dom.js";
import { count, duration } from "./format.js";
import * as history from "./history.js";
import { Plot, colour } from "./plots.js";

const tenantsShown = 9;
const states = [["running", 2], ["ready", 0], ["delayed", 9]];

const share = part => (part * 100).toFixed(0) + " %";

/** A line for each shown tenant: its part of the cost of all tenants between two samples. */
function shareLines() {
  const shown = history.tenantsOfHour(tenantsShown);
  const served = (tenant, a, b) => history.servedBetween(a, b, tenant);
  const all = (a, b) => b.tenants.reduce((sum, t) => sum + served(t.tenant, a, b), 0);
  return shown.map((tenant, i) => ({
    label: tenant, colour: colour(i),
    data: history.between((a, b) => all(a, b) > 0 ? served(tenant, a, b) / all(a, b) : 0),
  }));
}

function tenantLines(figure) {
  return history.tenantsOfHour(tenantsShown).map((tenant, i) => ({
    label: tenant, colour: colour(i),
    data: history.samples.map(s => ({ x: s.at, y: history.ofTenant(s, tenant, figure) })),
  }));
}

const plots = () => [
  new Plot({
    title: "Jobs", show: count, stacked: true,
    lines: () => states.map(([state, i]) => ({
      label: state, colour: colour(i), data: history.samples.map(s => ({ x: s.at, y: s[state] })),
    })),
  }),
  new Plot({
    title: "Wait times", show: duration,
    lines: () => [["p50", 0.5, 0], ["p90", 0.9, 1], ["p99", 0.99, 3]].map(([label, part, i]) => ({
      label, colour: colour(i), data: history.between((a, b) => history.waitQuantile(a, b, part)),
    })),
  }),
  new Plot({ title: "Share of work", show: share, stacked: true, max: 1, lines: shareLines }),
  new Plot({ title: "Running, by tenant", show: count, stacked: true, lines: () => tenantLines("running") }),
  new Plot({ title: "Waiting, by tenant", show: count, stacked: true, lines: () => tenantLines("ready") }),
  new Plot({
    title: "Jobs per second", show: count,
    lines: () => [["pushed", 0], ["dispatched", 1], ["ended", 2]].map(([what, i]) => ({
      label: what, colour: colour(i), data: history.between((a, b, s) => Math.max(0, b[what] - a[what]) / s),
    })),
  }),
];

function tile(name, value) {
  return el("div", { class: "card tile" }, el("b", {}, value), el("span", {}, name));
}

function tiles(now) {
  return [
    tile("ready", count(now.ready)), tile("running", count(now.running)), tile("delayed", count(now.delayed)),
    tile("active tenants", count(now.tenants_with_work)), tile("oldest ready", duration(now.oldest_ready_s)),
  ];
}

/** A tenant's part of the cost that was dispatched in about the last minute. */
function recentShare(t) {
  const [from, to] = [history.samples.at(-7) ?? history.samples[0], history.samples.at(-1)];
  const served = name => history.servedBetween(from, to, name);
  const all = to.tenants.reduce((sum, each) => sum + served(each.tenant), 0);
  return all > 0 ? share(served(t.tenant) / all) : "";
}

function tenants(now) {
  return table([
    ["Tenant", t => tenantLink(t.tenant)], ["Pool", t => t.pool],
    ["Share", recentShare, "number"], ["Weight", t => count(t.weight), "number"],
    ["Running", t => count(t.running), "number"], ["Ready", t => count(t.ready), "number"],
  ], now.tenants, "No tenant has any work.");
}

function types(now) {
  return table([
    ["Type", t => t.type], ["Running", t => count(t.running), "number"], ["Ready", t => count(t.ready), "number"],
    ["Delayed", t => count(t.delayed), "number"],
  ], now.types, "No type has jobs.");
}

function pools(now) {
  return table([
    ["Pool", p => p.pool], ["Slots used", p => count(p.used), "number"],
    ["Slots", p => p.slots === null ? "no limit" : count(p.slots), "number"],
    ["Waiting pops", p => count(p.asks), "number"],
    ["Fairness gap / bound", p => el("span", { class: p.ratio > 1 ? "bad" : "" }, p.ratio.toFixed(2)), "number"],
  ], now.pools, "No pool is in use.");
}

const executors = list => table([
  ["Executor", e => e.name], ["Running", e => count(e.running), "number"],
  ["Health", e => el("span", { class: e.health === "healthy" ? "good" : "bad" }, e.health)],
], list, "No executors.");

export class Overview {
  title = "";

  constructor() {
    this.plots = plots();
    this.tiles = el("div", { class: "tiles" });
    this.tables = el("div", { class: "grid" });
    this.element = el("div", {}, this.tiles, el("div", { class: "grid" }, this.plots.map(p => p.element)), this.tables);
  }

  async refresh() {
    const [executorList] = await Promise.all([ask("executor.list"), history.refresh()]);
    const now = history.samples.at(-1);
    if (!now) return;
    this.tiles.replaceChildren(...tiles(now));
    this.tables.replaceChildren(card("Tenants with the most work", tenants(now)), card("Types", types(now)),
      card("Pools", pools(now)), card("Executors", executors(executorList.executors)));
    for (const plot of this.plots) plot.draw();
  }
}
