// Formats values for people.

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const count = n => n < 100_000 ? number.format(n) : compact.format(n);

const units = [["d", 86_400], ["h", 3_600], ["min", 60], ["s", 1]];

/** Seconds: "1.5 ms", "12 s", "3.2 h". */
export function duration(seconds) {
  if (seconds === null || Number.isNaN(seconds)) return "";
  if (seconds === Infinity) return "longer";
  if (seconds < 1) return number.format(Math.round(seconds * 10_000) / 10) + " ms";
  const [unit, size] = units.find(([, least]) => seconds >= least);
  return number.format(Math.round(seconds / size * 10) / 10) + " " + unit;
}

/** A time of the protocol, in the reader's time zone. */
export const time = text => new Date(text).toLocaleString();
/** The time of day, with seconds unless it is a full minute. */
export const clock = ms => new Date(ms).toLocaleTimeString([],
  { hour: "2-digit", minute: "2-digit", ...(ms % 60_000 === 0 ? {} : { second: "2-digit" }) });

/** Indented JSON. */
export const pretty = value => JSON.stringify(value, null, 2);
