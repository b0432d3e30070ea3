const FLOOR = -60;
const BARS = 5;

/** Measures the audio of a node. Decorative: screen readers do not see the meters. */
class Meter {
  #analyser;
  #wave;
  #spectrum;

  constructor(node) {
    this.#analyser = new AnalyserNode(node.context, { fftSize: 1024, smoothingTimeConstant: 0.6, minDecibels: -80, maxDecibels: -8 });
    this.#wave = new Float32Array(this.#analyser.fftSize);
    this.#spectrum = new Uint8Array(this.#analyser.frequencyBinCount);
    node.connect(this.#analyser);
  }

  /** The level, from 0 (-60 dB) to 1 (full scale). */
  get level() {
    this.#analyser.getFloatTimeDomainData(this.#wave);
    const power = this.#wave.reduce((sum, sample) => sum + sample * sample, 0) / this.#wave.length;
    return Math.max(0, 1 - (10 * Math.log10(power + 1e-9)) / FLOOR);
  }

  /** The level of five bands of a voice, 100 Hz to 4 kHz, each from 0 to 1. */
  get bands() {
    this.#analyser.getByteFrequencyData(this.#spectrum);
    const width = this.#analyser.context.sampleRate / this.#analyser.fftSize;
    return Array.from({ length: BARS }, (_, band) => {
      const [from, to] = [100 * 40 ** (band / BARS), 100 * 40 ** ((band + 1) / BARS)].map((frequency) => Math.floor(frequency / width));
      return Math.max(...this.#spectrum.subarray(from, Math.max(to, from + 1))) / 255;
    });
  }
}

/** Draws the level meters and the bars of the orb for the duration of a call. */
export class Meters {
  #orb = document.querySelector(".orb");
  #bars = [...document.querySelectorAll(".bars i")];
  #user = document.querySelector("#meter-user i");
  #agent = document.querySelector("#meter-agent i");
  #isCalm = matchMedia("(prefers-reduced-motion: reduce)");
  #drawn = 0;
  #frame = 0;

  /**
   * @param {AudioNode | null} user
   * @param {AudioNode} agent
   * @param {() => string} getStatus
   * @param {() => void} ontick Called with each frame.
   */
  start(user, agent, getStatus, ontick) {
    const meters = { user: user && new Meter(user), agent: new Meter(agent) };
    const draw = (time) => {
      this.#frame = requestAnimationFrame(draw);
      ontick();
      // Where less motion is wanted, the meters still show the level, four times a second.
      if (this.#isCalm.matches && time - this.#drawn < 250) return;
      this.#drawn = time;
      this.#draw(meters, getStatus());
    };
    this.#frame = requestAnimationFrame(draw);
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#show(this.#user, 0);
    this.#show(this.#agent, 0);
    for (const bar of this.#bars) this.#show(bar, 0);
    this.#show(this.#orb, 0);
  }

  #draw({ user, agent }, status) {
    const active = status === "speaking" ? agent : status === "thinking" ? null : user;
    this.#show(this.#user, user?.level ?? 0);
    this.#show(this.#agent, agent.level);
    this.#show(this.#orb, active?.level ?? 0);
    const bands = active?.bands ?? [];
    // The lowest band is the loudest of a voice: it belongs in the middle.
    [3, 1, 0, 2, 4].forEach((band, index) => this.#show(this.#bars[index], bands[band] ?? 0));
  }

  #show(element, level) {
    element.style.setProperty("--level", level.toFixed(3));
  }
}
