// The page of a tenant: its queues, settings and jobs, and plots of the last hour.
import { ask, askIfThere } from "./api.js";
import { card, el, facts, jobLink, table } from "./dom.js";
import { count, duration, time } from "./format.js";
import * as history from "./history.js";
import { Plot, colour } from "./plots.js";

const jobsShown = 20;
const listed = [["running", "Running jobs"], ["ready", "Ready jobs"], ["delayed", "Delayed jobs"], ["failed", "Failed jobs"]];

const queues = list => table([
  ["Type", q => q.type + (q.paused ? " (paused)" : "")], ["Running", q => count(q.running), "number"],
  ["Ready", q => count(q.ready), "number"], ["Delayed", q => count(q.delayed), "number"],
  ["Oldest ready", q => q.oldest_ready_ms === null ? "" : duration(q.oldest_ready_ms / 1000), "number"],
], list, "No queues.");

function settings(put) {
  if (put === null) return el("p", { class: "note" }, "Defaults: weight 1, no limits.");
  const limit = value => value === null ? "no limit" : count(value);
  return facts([["weight", count(put.weight)], ["max_running", limit(put.max_running)],
    ["max_queued", limit(put.max_queued)], ["paused", put.paused ? "yes" : "no"]]);
}

const jobs = (page) => table([
  ["Job", j => jobLink(j.id)], ["Type", j => j.type], ["Pushed", j => time(j.created_at)],
  ["Tries", j => count(j.attempts), "number"],
], page.jobs, "None.");

export class Tenant {
  constructor(name) {
    this.name = this.title = name;
    const line = (label, i, read) => ({ label, colour: colour(i), data: history.samples.map(s => ({ x: s.at, y: read(s) })) });
    this.plots = [
      new Plot({ title: "Jobs", note: "Shown only while the tenant is among those with the most work.", show: count, stacked: true,
        lines: () => [line("running", 2, s => history.ofTenant(s, name, "running")), line("ready", 0, s => history.ofTenant(s, name, "ready"))] }),
      new Plot({ title: "Cost dispatched per second", show: count,
        lines: () => [{ label: "cost", colour: colour(0), data: history.between((a, b, s) => history.servedBetween(a, b, name) / s) }] }),
    ];
    this.cards = el("div", { class: "grid" });
    this.element = el("div", {}, el("h1", {}, name), el("div", { class: "grid" }, this.plots.map(p => p.element)), this.cards);
  }

  async refresh() {
    const tenant = this.name;
    const pages = listed.map(([state]) => ask("job.list", { tenant, state, limit: jobsShown }));
    const [put, page, , ...lists] = await Promise.all(
      [askIfThere("tenant.get", { name: tenant }), ask("queue.list", { tenant }), history.refresh(), ...pages]);
    this.cards.replaceChildren(card("Queues", queues(page.queues)), card("Settings", settings(put)),
      ...listed.map(([, title], i) => card(title, jobs(lists[i]),
        lists[i].cursor === null ? "" : el("p", { class: "note" }, `The first ${jobsShown} jobs; rota jobs lists all.`))));
    for (const plot of this.plots) plot.draw();
  }
}
