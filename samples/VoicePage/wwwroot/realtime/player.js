import { RATE } from "./pcm.js";

// A context that does not run answers nothing; then the last known position counts.
const STOP_TIMEOUT = 100;

const toMilliseconds = (samples) => (samples * 1000) / RATE;

/** Plays the audio of a relay: PCM at 24 kHz, in order, with the position of each item. */
export class Player {
  #context;
  #node;
  #known = new Map();
  #stops = new Map();
  #stopCount = 0;

  /** Called when playback of an item starts, continues, ends or is cut: `{ state, item, heard, received }`, in milliseconds. */
  onplayback = () => {};

  /** @param {AudioContext} context */
  static async open(context) {
    await context.audioWorklet.addModule(new URL("playback-worklet.js", import.meta.url));
    return new Player(context);
  }

  constructor(context) {
    this.#context = context;
    this.#node = new AudioWorkletNode(context, "realtime-playback", { numberOfInputs: 0, outputChannelCount: [1] });
    this.#node.port.onmessage = ({ data }) => this.#receive(data);
    this.#node.connect(context.destination);
  }

  /** The node to which a meter can be connected. */
  get node() {
    return this.#node;
  }

  /**
   * @param {string} item The ID of the item to which the audio belongs.
   * @param {Int16Array} samples
   */
  play(item, samples) {
    if (!this.#known.has(item)) this.#known.set(item, { played: 0, received: 0 });
    this.#known.get(item).received += samples.length;
    this.#node.port.postMessage({ type: "play", item, samples }, [samples.buffer]);
  }

  /** Reports that no more audio of an item will come, so that its end is played although the jitter buffer is not full. */
  finish(item) {
    this.#node.port.postMessage({ type: "finish", item });
  }

  /**
   * Stops at once and discards the rest.
   * @returns {Promise<{ item: string, heard: number, received: number }[]>} What was cut, and how many milliseconds of it were heard.
   */
  async stop() {
    if (this.#known.size === 0) return [];
    const id = ++this.#stopCount;
    const stopped = new Promise((resolve) => {
      this.#stops.set(id, resolve);
      setTimeout(resolve, STOP_TIMEOUT);
    });
    this.#node.port.postMessage({ type: "stop", id });
    const items = (await stopped) ?? [...this.#known].map(([item, position]) => ({ item, ...position }));
    this.#stops.delete(id);
    return items.map((item) => this.#report("cut", item));
  }

  close() {
    this.#node.disconnect();
    this.#node.port.close();
  }

  #receive({ type, id, items, ...position }) {
    if (type === "stopped") return this.#stops.get(id)?.(items);
    if (type === "position" && !this.#known.has(position.item)) return;
    this.#report(type, position);
  }

  #report(state, { item, played = 0, received = 0 }) {
    if (state === "cut" || state === "ended") this.#known.delete(item);
    else if (state === "position") this.#known.set(item, { played, received: Math.max(received, this.#known.get(item).received) });
    // What the worklet has played is still on its way to the loudspeaker, for example over Bluetooth.
    const latency = state === "ended" ? 0 : (this.#context.outputLatency || 0) * 1000;
    const report = { state, item, heard: Math.max(0, toMilliseconds(played) - latency), received: toMilliseconds(received) };
    this.onplayback(report);
    return report;
  }
}
