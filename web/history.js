// Fetches the samples of the last hour: first all of them, then the new ones.
import { ask } from "./api.js";

const hour = 3_600_000;

export const samples = [];
export let bounds = [];
let last = "";

let underWay = null;

/** Updates `samples`; they start anew after a restart of the daemon. Concurrent calls share one request. */
export function refresh() {
  underWay ??= load().finally(() => { underWay = null; });
  return underWay;
}

async function load() {
  const answer = await ask("history", last === "" ? {} : { after: last });
  if (answer.anew) samples.length = 0;
  samples.push(...answer.samples);
  const newest = samples.at(-1)?.at ?? 0;
  while (samples.length > 0 && samples[0].at < newest - hour) samples.shift();
  bounds = answer.wait_bounds;
  last = answer.last;
}

/** Returns a point with the value of `read(earlier, later, seconds)` for each pair of consecutive samples. */
export function between(read) {
  return samples.slice(1).map((later, i) => {
    const earlier = samples[i];
    return { x: later.at, y: read(earlier, later, (later.at - earlier.at) / 1000) };
  });
}

/** Returns the quantile `part` of the waits of the jobs that were dispatched between two samples. */
export function waitQuantile(earlier, later, part) {
  const counts = later.waits.map((count, i) => Math.max(0, count - earlier.waits[i]));
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  let below = 0;
  for (let i = 0; i < bounds.length; ++i) {
    if (below + counts[i] >= part * all) {
      const from = i === 0 ? 0 : bounds[i - 1];
      return from + (bounds[i] - from) * (part * all - below) / counts[i];
    }
    below += counts[i];
  }
  return bounds.at(-1);
}

/** The sum of a tenant's figure over its pools in a sample; 0 if the sample does not have the tenant. */
export const ofTenant = (sample, tenant, figure) =>
  sample.tenants.filter(t => t.tenant === tenant).reduce((sum, t) => sum + t[figure], 0);

/** The cost that a tenant was served between two samples; 0 unless both samples have the tenant. */
export function servedBetween(earlier, later, tenant) {
  const known = earlier.tenants.some(t => t.tenant === tenant) && later.tenants.some(t => t.tenant === tenant);
  return known ? Math.max(0, ofTenant(later, tenant, "served") - ofTenant(earlier, tenant, "served")) : 0;
}

/** The names of up to `most` tenants of the hour, those with the most work first. */
export function tenantsOfHour(most) {
  const work = new Map();
  for (const sample of samples)
    for (const t of sample.tenants) work.set(t.tenant, (work.get(t.tenant) ?? 0) + t.ready + t.running);
  return [...work].sort((a, b) => b[1] - a[1]).slice(0, most).map(([name]) => name);
}
