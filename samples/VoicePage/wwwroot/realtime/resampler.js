// Half of the filter's length, in zero crossings. 16 keep aliases below -60 dB, at a cost of some 40 multiplications for each sample.
const CROSSINGS = 16;

// Values of the filter between two zero crossings. Between two values, the filter is interpolated.
const STEPS = 256;

/** A sinc filter under a Hann window, from its center to its end. */
const FILTER = Float32Array.from({ length: CROSSINGS * STEPS + 2 }, (_, step) => {
  const at = step / STEPS;
  if (at === 0) return 1;
  if (at >= CROSSINGS) return 0;
  return (Math.sin(Math.PI * at) / (Math.PI * at)) * (0.5 + 0.5 * Math.cos((Math.PI * at) / CROSSINGS));
});

/**
 * Converts mono audio from one sample rate to another, piece by piece, without clicks between the pieces. It works for all rates of devices: 48 kHz, 44.1 kHz, and the 16 kHz of
 * headsets. Do not ask the browser for an AudioContext with 24 kHz instead: Firefox does not connect a microphone with another rate to it.
 */
export class Resampler {
  #step;
  #scale;
  #reach;
  #input;
  #at;

  /**
   * @param {number} from The rate of the input.
   * @param {number} to The rate of the output.
   */
  constructor(from, to) {
    this.#step = from / to;
    // When the rate falls, the filter also removes what the lower rate cannot represent.
    this.#scale = Math.min(1, to / from);
    this.#reach = Math.ceil(CROSSINGS / this.#scale);
    // The filter looks back: the audio begins after silence.
    this.#input = new Float32Array(this.#reach);
    this.#at = this.#reach;
  }

  /**
   * @param {Float32Array} samples The next piece, of any length.
   * @returns {Float32Array} The output as far as it can be computed. The last {@link CROSSINGS} samples of the input wait for the next piece: less than a millisecond.
   */
  process(samples) {
    if (this.#step === 1) return samples;
    const input = new Float32Array(this.#input.length + samples.length);
    input.set(this.#input);
    input.set(samples, this.#input.length);

    const last = input.length - this.#reach;
    const output = new Float32Array(Math.max(0, Math.ceil((last - this.#at) / this.#step)));
    for (let index = 0; index < output.length; index++) output[index] = this.#compute(input, this.#at + index * this.#step);

    this.#at += output.length * this.#step;
    const unneeded = Math.max(0, Math.floor(this.#at) - this.#reach);
    this.#input = input.slice(unneeded);
    this.#at -= unneeded;
    return output;
  }

  #compute(input, at) {
    const first = Math.max(0, Math.ceil(at - this.#reach));
    const end = Math.min(input.length, Math.floor(at + this.#reach) + 1);
    let sum = 0;
    for (let index = first; index < end; index++) {
      const step = Math.abs(index - at) * this.#scale * STEPS;
      if (step >= CROSSINGS * STEPS) continue;
      const below = Math.floor(step);
      sum += input[index] * (FILTER[below] + (FILTER[below + 1] - FILTER[below]) * (step - below));
    }
    return sum * this.#scale;
  }
}
