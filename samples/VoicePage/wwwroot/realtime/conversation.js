// The speed of speech until it is known, in characters per millisecond. Over WebRTC, the length of an answer is known only when it has been played.
const USUAL_SPEED = 0.015;

/**
 * What a page shows of a conversation, computed from the events of the service and the progress of playback.
 *
 * An entry is `{ kind: "user" | "agent" | "call", id, … }`. Of an agent's entry, `share` (0 to 1) is how much of its text was heard, and `isInterrupted` that the rest will not be.
 */
export class Conversation {
  /** The entries, in order. */
  entries = [];

  /** The time from the end of the user's turn to the first sound of the answer, in milliseconds; null before the first answer. */
  replyTime = null;

  /** Called when anything has changed. */
  onchange = () => {};

  /** Called with the entry that was interrupted. */
  oninterrupted = () => {};

  #ids = new Map();
  #isUserSpeaking = false;
  #asked = null;
  #answer = null;
  #responses = new Set();
  #playing = new Set();
  #buffer = null;
  #speed = USUAL_SPEED;

  /** `hearing`: the user speaks. `speaking`: the agent does. `thinking`: an answer is due. `listening`: it is the user's turn. */
  get status() {
    if (this.#isUserSpeaking) return "hearing";
    if (this.#playing.size > 0) return "speaking";
    return this.#asked !== null || this.#responses.size > 0 || this.entries.some((entry) => entry.isRunning) ? "thinking" : "listening";
  }

  /** Handles an event of the service. */
  receive(event) {
    const handle = HANDLERS[event.type];
    if (!handle) return;
    handle(this, event);
    this.onchange();
  }

  /** Handles the progress of playback in the page: see `Player`. */
  play({ state, item, heard, received }) {
    const entry = this.find(item, "agent");
    if (state === "started") this.began(item);
    else this.#playing[state === "position" ? "add" : "delete"](item);
    Object.assign(entry, { heard, received });
    if (received > 0) entry.share = state === "ended" ? 1 : Math.min(1, heard / received);
    if (state === "cut") this.interrupt(entry);
    this.onchange();
  }

  /** Estimates the position of playback over WebRTC, where no event reports it. Call it with each frame of an animation. */
  tick() {
    if (!this.#buffer) return;
    const { entry, since } = this.#buffer;
    if (!entry.text) return;
    entry.share = Math.min(1, ((performance.now() - since) * this.#speed) / entry.text.length);
    this.onchange();
  }

  /** Reports that the user has typed a message. */
  ask() {
    this.#asked = performance.now();
    this.onchange();
  }

  /** Returns the entry with an ID, and creates it at the end if necessary. */
  find(id, kind) {
    if (!this.#ids.has(id)) {
      const entry = { id, kind, text: "", share: 0, isInterrupted: false };
      this.#ids.set(id, entry);
      this.entries.push(entry);
    }
    return this.#ids.get(id);
  }

  setUserSpeaking(value) {
    this.#isUserSpeaking = value;
    this.#asked = value ? null : performance.now();
  }

  beginResponse(response) {
    this.#responses.add(response);
    if (this.#asked !== null) this.#answer = response;
  }

  endResponse(response, isComplete) {
    this.#responses.delete(response);
    // A response that was interrupted is not the answer to what the user has said since.
    if (response !== this.#answer) return;
    const isAudible = isComplete && this.entries.some((entry) => entry.response === response);
    if (!isAudible && !this.entries.some((entry) => entry.isRunning)) this.#asked = null;
  }

  began(name) {
    this.#playing.add(name);
    if (this.#asked === null) return;
    this.replyTime = performance.now() - this.#asked;
    this.#asked = null;
  }

  interrupt(entry) {
    entry.isInterrupted = true;
    this.oninterrupted(entry);
  }

  beginBuffer(response) {
    this.began(response);
    const entry = this.entries.findLast((candidate) => candidate.kind === "agent" && candidate.response === response);
    if (entry) this.#buffer = { entry, since: performance.now() };
  }

  /** @param {boolean} isComplete Whether the audio was played to its end. */
  endBuffer(response, isComplete) {
    this.#playing.delete(response);
    if (!this.#buffer) return;
    const { entry, since } = this.#buffer;
    this.#buffer = null;
    entry.heard = performance.now() - since;
    if (!isComplete) return this.interrupt(entry);
    entry.share = 1;
    if (entry.text) this.#speed = entry.text.length / entry.heard;
  }

  /** The service reports how much of an item was heard. */
  truncate(item, milliseconds) {
    const entry = this.find(item, "agent");
    entry.isInterrupted = true;
    entry.heard = milliseconds;
    if (!entry.received && entry.text) entry.share = Math.min(1, (milliseconds * this.#speed) / entry.text.length);
  }
}

/** How each event of the service changes what is shown. Other events change nothing. */
const HANDLERS = {
  "input_audio_buffer.speech_started": (shown, { item_id }) => {
    shown.setUserSpeaking(true);
    shown.find(item_id, "user").isPending = true;
  },
  "input_audio_buffer.speech_stopped": (shown) => shown.setUserSpeaking(false),
  "conversation.item.input_audio_transcription.delta": (shown, { item_id, delta }) => (shown.find(item_id, "user").text += delta),
  "conversation.item.input_audio_transcription.completed": (shown, { item_id, transcript }) =>
    Object.assign(shown.find(item_id, "user"), { text: transcript, isPending: false }),
  "conversation.item.input_audio_transcription.failed": (shown, { item_id }) =>
    Object.assign(shown.find(item_id, "user"), { text: "", isPending: false, isUnclear: true }),
  "conversation.item.added": (shown, { item }) => {
    const [part] = item.content ?? [];
    if (item.role === "user" && part?.type === "input_text") shown.find(item.id, "user").text = part.text;
    if (item.type === "function_call_output") Object.assign(shown.find(item.call_id, "call"), { output: item.output, isRunning: false });
  },
  "conversation.item.truncated": (shown, { item_id, audio_end_ms }) => shown.truncate(item_id, audio_end_ms),
  "response.created": (shown, { response }) => shown.beginResponse(response.id),
  "response.done": (shown, { response }) => shown.endResponse(response.id, response.status === "completed"),
  "response.output_item.added": (shown, { response_id, item }) => {
    if (item.type === "message") shown.find(item.id, "agent").response = response_id;
    if (item.type === "function_call") Object.assign(shown.find(item.call_id, "call"), { name: item.name, isRunning: true });
  },
  "response.output_item.done": (shown, { item }) => {
    if (item.type === "function_call") Object.assign(shown.find(item.call_id, "call"), { name: item.name, arguments: item.arguments });
  },
  "response.output_audio_transcript.delta": (shown, { item_id, delta }) => (shown.find(item_id, "agent").text += delta),
  "response.output_audio_transcript.done": (shown, { item_id, transcript }) => (shown.find(item_id, "agent").text = transcript),
  "response.output_text.delta": (shown, { item_id, delta }) => {
    const entry = shown.find(item_id, "agent");
    entry.text += delta;
    entry.share = 1;
  },
  "output_audio_buffer.started": (shown, { response_id }) => shown.beginBuffer(response_id),
  "output_audio_buffer.stopped": (shown, { response_id }) => shown.endBuffer(response_id, true),
  "output_audio_buffer.cleared": (shown, { response_id }) => shown.endBuffer(response_id, false),
};

/**
 * Divides a text where playback is.
 * @param {string} text
 * @param {number} share From 0 to 1.
 * @returns {[string, string]} The text that was heard, cut after a word, and the rest.
 */
export function splitHeard(text, share) {
  if (share >= 1) return [text, ""];
  const at = text.lastIndexOf(" ", Math.floor(text.length * share));
  return at <= 0 ? ["", text] : [text.slice(0, at + 1), text.slice(at + 1)];
}
