import { RATE, toFloat32 } from "./pcm.js";
import { Resampler } from "./resampler.js";

// Audio is resampled in slices of 10 ms: a long piece at once would make the audio thread late.
const SLICE = RATE / 100;

// The jitter buffer. Playback begins when this much has arrived; each time it runs dry, it waits for more than before.
const MIN_BUFFER = 0.06 * RATE;
const MAX_BUFFER = 0.4 * RATE;

// The positions are posted this often, in seconds.
const REPORT = 0.05;

/**
 * Runs on the audio thread. Plays PCM at 24 kHz, item after item, and knows to the sample how much of each was played.
 *
 * Messages to it: { type: "play", item, samples } · { type: "finish", item }: no more audio of it will come · { type: "stop", id }.
 * Messages from it: "started" and "ended" with item and time · "position" · "stopped" with id, time and the items that were cut.
 */
class Playback extends AudioWorkletProcessor {
  #resampler = new Resampler(RATE, sampleRate);
  #queue = [];
  #items = new Map();
  #slice = null;
  #buffering = true;
  #target = MIN_BUFFER;
  #stopping = null;
  #reported = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this.#receive(data);
  }

  #receive({ type, item, samples, id }) {
    if (type === "stop") this.#stopping = id;
    else if (type === "finish") this.#finish(item);
    else this.#add(item, samples);
  }

  #add(name, samples) {
    if (!this.#items.has(name)) this.#items.set(name, { name, received: 0, played: 0, isStarted: false, isFinished: false });
    const item = this.#items.get(name);
    item.received += samples.length;
    this.#queue.push({ item, samples, at: 0 });
  }

  #finish(name) {
    const item = this.#items.get(name);
    if (!item) return;
    item.isFinished = true;
    if (item.played >= item.received) this.#end(item);
  }

  process(_, [[output]]) {
    this.#fill(output);
    if (this.#stopping !== null) this.#stop(output);
    this.#report();
    return true;
  }

  #fill(output) {
    if (this.#buffering && !this.#isReady()) return;
    this.#buffering = false;
    for (let index = 0; index < output.length; ) {
      if (!this.#slice && !this.#next()) return this.#starve();
      const { item, samples, sourceLength } = this.#slice;
      const count = Math.min(output.length - index, samples.length - this.#slice.at);
      output.set(samples.subarray(this.#slice.at, this.#slice.at + count), index);
      this.#slice.at += count;
      index += count;
      item.played += (sourceLength * count) / samples.length;
      if (this.#slice.at === samples.length) this.#slice = null;
      if (item.isFinished && !this.#slice && !this.#queue.some((piece) => piece.item === item)) this.#end(item);
    }
  }

  /** Whether enough has arrived, or all there is. */
  #isReady() {
    const buffered = this.#queue.reduce((sum, piece) => sum + piece.samples.length - piece.at, 0);
    return buffered > 0 && (buffered >= this.#target || this.#queue.at(-1).item.isFinished);
  }

  #next() {
    for (;;) {
      const [piece] = this.#queue;
      if (!piece) return false;
      const source = piece.samples.subarray(piece.at, piece.at + SLICE);
      piece.at += source.length;
      if (piece.at >= piece.samples.length) this.#queue.shift();
      const samples = this.#resampler.process(toFloat32(source));
      if (!piece.item.isStarted) {
        piece.item.isStarted = true;
        this.port.postMessage({ type: "started", item: piece.item.name, time: currentTime });
      }
      // A very short slice can be kept completely by the resampler.
      if (samples.length === 0) {
        piece.item.played += source.length;
        continue;
      }
      this.#slice = { item: piece.item, samples, sourceLength: source.length, at: 0 };
      return true;
    }
  }

  /** The network was slower than speech: wait for more before playback continues, rather than stutter. */
  #starve() {
    this.#buffering = true;
    const isLate = [...this.#items.values()].some((item) => item.isStarted && !item.isFinished);
    this.#target = isLate ? Math.min(this.#target * 1.5, MAX_BUFFER) : MIN_BUFFER;
  }

  #end(item) {
    this.#items.delete(item.name);
    this.port.postMessage({ type: "ended", item: item.name, played: item.received, received: item.received, time: currentTime });
  }

  /** Fades out within this block of 128 samples, because a cut in the middle of a wave clicks, and drops the rest. */
  #stop(output) {
    for (let index = 0; index < output.length; index++) output[index] *= 1 - (index + 1) / output.length;
    const items = [...this.#items.values()].map(({ name, played, received }) => ({ item: name, played: Math.floor(played), received }));
    this.port.postMessage({ type: "stopped", id: this.#stopping, items, time: currentTime + output.length / sampleRate });
    this.#queue = [];
    this.#items.clear();
    this.#slice = null;
    this.#stopping = null;
    this.#buffering = true;
    this.#resampler = new Resampler(RATE, sampleRate);
  }

  #report() {
    if (currentTime < this.#reported + REPORT) return;
    this.#reported = currentTime;
    for (const { name, played, received, isStarted } of this.#items.values())
      if (isStarted) this.port.postMessage({ type: "position", item: name, played: Math.floor(played), received });
  }
}

registerProcessor("realtime-playback", Playback);
