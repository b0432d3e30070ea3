import { RATE, toInt16 } from "./pcm.js";
import { Resampler } from "./resampler.js";

// 40 ms: short enough for turn detection, long enough that messages and base64 cost little.
const CHUNK = RATE / 25;

/** Runs on the audio thread. Converts the microphone to PCM at 24 kHz, and posts it in chunks of 40 ms. */
class Capture extends AudioWorkletProcessor {
  #resampler = new Resampler(sampleRate, RATE);
  #chunk = new Float32Array(CHUNK);
  #length = 0;

  process([[samples]]) {
    // There is no channel while the microphone is not connected.
    if (samples) this.#add(this.#resampler.process(samples));
    return true;
  }

  #add(samples) {
    for (const sample of samples) {
      this.#chunk[this.#length++] = sample;
      if (this.#length < CHUNK) continue;
      const chunk = toInt16(this.#chunk);
      this.port.postMessage(chunk, [chunk.buffer]);
      this.#length = 0;
    }
  }
}

registerProcessor("realtime-capture", Capture);
