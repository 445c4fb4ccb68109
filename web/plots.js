// Charts of the last hour. A chart is created once; later calls replace its data.
import { card, el } from "./dom.js";
import { clock } from "./format.js";

const palette = ["#3b7dd8", "#e08a2c", "#3a9e5f", "#b8496b", "#7a5cc7", "#2a9d9d", "#a88a1e", "#8a6f5c", "#6d8f3a", "#7b8794"];
export const colour = i => palette[i % palette.length];

const minute = 60_000;
const hour = 60 * minute;
const steps = [minute / 6, minute / 2, minute, 5 * minute, 10 * minute];

/** The time range of a chart: the last hour or the part of it that has data, at least a minute. */
function range(datasets) {
  const ends = datasets.filter(d => d.data.length > 0);
  const max = Math.max(...ends.map(d => d.data.at(-1).x));
  const first = Math.min(...ends.map(d => d.data[0].x));
  return ends.length > 0 ? { min: Math.max(max - hour, Math.min(first, max - minute)), max } : {};
}

/** Sets about six marks, at full minutes or at fractions of a minute. */
function marks(axis) {
  const step = steps.find(s => (axis.max - axis.min) / s <= 7) ?? steps.at(-1);
  axis.ticks = [];
  for (let at = Math.ceil(axis.min / step) * step; at <= axis.max; at += step) axis.ticks.push({ value: at });
}

function style(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function options(plot) {
  const line = style("--line"), soft = style("--soft");
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false },
    elements: { point: { radius: 0 }, line: { borderWidth: 1.5 } },
    scales: {
      x: { type: "linear", afterBuildTicks: marks, ticks: { color: soft, maxRotation: 0, callback: at => clock(at) }, grid: { color: line } },
      y: {
        stacked: plot.stacked, beginAtZero: true, max: plot.max,
        ticks: { color: soft, maxTicksLimit: 6, callback: plot.show }, grid: { color: line },
      },
    },
    plugins: {
      legend: { position: "bottom", labels: { color: soft, boxWidth: 12, boxHeight: 12 } },
      tooltip: { callbacks: {
        title: items => items.length > 0 ? clock(items[0].parsed.x) : "",
        label: item => item.dataset.label + ": " + plot.show(item.parsed.y),
      } },
    },
  };
}

export class Plot {
  /** `lines()` returns [{ label, data: [{x, y}], colour }]; `show(value)` returns the value as text. */
  constructor({ title, note, lines, show, stacked = false, max = undefined }) {
    Object.assign(this, { lines, show, stacked, max });
    this.canvas = el("canvas", { role: "img", "aria-label": title });
    this.element = card(title, el("div", { class: "plot" }, this.canvas), note ? el("p", { class: "note" }, note) : "");
  }

  draw() {
    this.chart ??= new Chart(this.canvas, { type: "line", data: { datasets: [] }, options: options(this) });
    const datasets = this.lines().map(line => ({
      label: line.label, data: line.data, parsing: false, normalized: true, spanGaps: false,
      borderColor: line.colour, backgroundColor: line.colour + "55", fill: this.stacked ? "stack" : false,
    }));
    this.chart.data.datasets = datasets;
    Object.assign(this.chart.options.scales.x, range(datasets));
    this.chart.update();
  }

  /** Call after a change between light and dark mode. */
  restyle() {
    if (!this.chart) return;
    this.chart.options = options(this);
    this.draw();
  }

  end() {
    this.chart?.destroy();
  }
}
