// Requests to the daemon.

export class Refused extends Error {
  constructor(status, kind, message) {
    super(message);
    this.status = status;
    this.kind = kind;
  }
}

/** Calls a read-only method of the protocol. Throws Refused for an error, TypeError if there is no answer. */
export async function ask(method, params = {}) {
  const response = await fetch("/api/" + method + "?" + new URLSearchParams(params));
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Refused(response.status, body.kind, body.message ?? "status " + response.status);
}

/** The same, but returns null for the error not_found. */
export async function askIfThere(method, params) {
  try {
    return await ask(method, params);
  } catch (error) {
    if (error.kind === "not_found") return null;
    throw error;
  }
}
