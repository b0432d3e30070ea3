/** Why a call could not begin. */
export class CallError extends Error {
  /**
   * @param {"unreachable" | "refused" | "limit" | "busy" | "media"} reason `unreachable`: the server does not answer. `refused`: the service or the server refused the call.
   *   `limit`: too many calls or requests. `busy`: the server accepts no calls now. `media`: no path for the audio was found.
   * @param {string} [detail] The text of the server.
   */
  constructor(reason, detail = "") {
    super(detail || `The call could not begin: ${reason}.`);
    this.reason = reason;
    this.detail = detail;
  }

  /** @param {Response} response A refusal with problem details. */
  static async from(response) {
    const { title = "" } = await response.json().catch(() => ({}));
    return new CallError({ 429: "limit", 503: "busy" }[response.status] ?? "refused", title);
  }
}
