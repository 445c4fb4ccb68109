// The page of a job: its history, and the reason for its state.
import { ask } from "./api.js";
import { card, el, facts, tenantLink } from "./dom.js";
import { count, duration, pretty, time } from "./format.js";

const seconds = (from, to) => (new Date(to) - new Date(from)) / 1000;

/** The steps of the job in order of time; future ones are last. */
function steps(job) {
  const out = [{ what: "pushed", at: job.created_at }];
  const add = (what, at, since) => {
    if (at) out.push({ what, at, after: since ? seconds(since, at) : null });
  };
  if (job.ready_at && job.ready_at !== job.created_at)
    add(job.state === "delayed" ? "will be ready" : "ready", job.ready_at, job.created_at);
  add(job.state === "starting" ? "starting on its executor" : `try ${job.attempts} started`, job.started_at, job.ready_at);
  add(job.state, job.finished_at, job.started_at ?? job.ready_at);
  return out;
}

function timeline(job) {
  return el("ol", { class: "timeline" }, steps(job).map(step =>
    el("li", new Date(step.at) > Date.now() ? { class: "to-come" } : {}, step.what,
      el("time", { datetime: step.at }, time(step.at)),
      step.after > 0 ? el("small", {}, `${duration(step.after)} later`) : "")));
}

function details(job) {
  const some = value => value === null || value === "" ? null : value;
  return facts([
    ["type", job.type], ["tenant", tenantLink(job.tenant)], ["state", job.state], ["priority", job.priority],
    ["tries", count(job.attempts)], ["crashes", count(job.crashes)], ["worker", some(job.worker ?? null)],
    ["position in queue", some(job.position ?? null)], ["global position", some(job.global_position ?? null)],
    ["trace", job.traceparent?.split("-")[1] ?? null],
    ["exit code", job.exit_code ?? null], ["signal", job.signal ?? null],
  ]);
}

const shown = (title, value) => value === null || value === undefined ? "" : card(title, el("pre", {}, pretty(value)));

function why(explained) {
  return card("Why it is in this state", el("p", {}, el("b", {}, explained.reason ?? explained.state), ": ",
    explained.detail ?? ""));
}

export class Job {
  constructor(id) {
    this.id = this.title = id;
    this.plots = [];
    this.cards = el("div", { class: "grid" });
    this.element = el("div", {}, el("h1", {}, id), this.cards);
  }

  async refresh() {
    const [job, explained] = await Promise.all([ask("job.get", { id: this.id }), ask("job.explain", { id: this.id })]);
    this.cards.replaceChildren(...[card("Timeline", timeline(job)), why(explained), card("Details", details(job)),
      shown("Last error", job.error), shown("Result", job.result), shown("Payload", job.payload),
      shown("Checkpoint", job.checkpoint)].filter(Boolean));
  }
}
