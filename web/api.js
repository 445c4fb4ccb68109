// Asking the daemon.

export class Refused extends Error {
  constructor(status, kind, message) {
    super(message);
    this.status = status;
    this.kind = kind;
  }
}

/** The answer to a method of the protocol that only reads; throws Refused, or TypeError when nobody answers. */
export async function ask(method, params = {}) {
  const response = await fetch("/api/" + method + "?" + new URLSearchParams(params));
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Refused(response.status, body.kind, body.message ?? "status " + response.status);
}

/** The same, or null if there is no such thing. */
export async function askIfThere(method, params) {
  try {
    return await ask(method, params);
  } catch (error) {
    if (error.kind === "not_found") return null;
    throw error;
  }
}
