/** Why there is no microphone. */
export class MicrophoneError extends Error {
  /**
   * @param {"missing" | "refused" | "busy" | "insecure"} reason
   * @param {unknown} cause
   */
  constructor(reason, cause) {
    super(`The microphone is not available: ${reason}.`, { cause });
    this.reason = reason;
  }
}

const REASONS = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing", OverconstrainedError: "missing" };

/** The microphone, as PCM at 24 kHz for a relay, and as a track for WebRTC. */
export class Microphone {
  #context;
  #source;
  #capture;

  /** Called when the device was unplugged, or the user took the permission back. */
  onlost = () => {};

  /**
   * Asks for permission and opens the microphone.
   * @param {AudioContext} context
   * @throws {MicrophoneError}
   */
  static async open(context) {
    // Browsers offer no microphone to pages without TLS, except to those of localhost.
    if (!navigator.mediaDevices?.getUserMedia) throw new MicrophoneError("insecure");
    let stream;
    try {
      // Without echo cancellation, the agent would hear itself in the loudspeaker, and interrupt itself.
      stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 } });
    } catch (error) {
      throw new MicrophoneError(REASONS[error.name] ?? "busy", error);
    }
    return new Microphone(context, stream);
  }

  constructor(context, stream) {
    this.#context = context;
    this.stream = stream;
    [this.track] = stream.getAudioTracks();
    this.track.addEventListener("ended", () => this.onlost());
    this.#source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
  }

  /** The node to which a meter can be connected. */
  get node() {
    return this.#source;
  }

  get isMuted() {
    return !this.track.enabled;
  }

  /** A muted microphone sends silence: without it, turn detection would not notice that the user has stopped. */
  set isMuted(value) {
    this.track.enabled = !value;
  }

  /**
   * Starts to convert the audio.
   * @param {(samples: Int16Array) => void} onaudio Called with 40 ms of PCM at 24 kHz.
   */
  async capture(onaudio) {
    await this.#context.audioWorklet.addModule(new URL("capture-worklet.js", import.meta.url));
    this.#capture = new AudioWorkletNode(this.#context, "realtime-capture", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    this.#capture.port.onmessage = ({ data }) => onaudio(data);
    this.#source.connect(this.#capture);
  }

  close() {
    this.onlost = () => {};
    this.#capture?.port.close();
    this.#source.disconnect();
    for (const track of this.stream.getTracks()) track.stop();
  }
}
