import { CallError } from "./call-error.js";

// The time to find a path for the audio. A firewall that drops UDP shows itself only by silence.
const CONNECT_TIMEOUT = 8_000;

// A connection that is interrupted, for example by another network, often recovers.
const RECOVERY_TIMEOUT = 6_000;

/**
 * A call over WebRTC (`MapRealtimeWebRtc`). The audio goes directly between the page and the service, which plays it, stops when the user interrupts, and knows what was heard.
 */
export class WebRtcCall {
  transport = "webrtc";
  #peer = new RTCPeerConnection();
  #channel = this.#peer.createDataChannel("oai-events");
  #speaker = new Audio();
  #microphone;
  #location = null;
  #recovery = 0;
  #hasEnded = false;
  #active = false;
  #leave = () => navigator.sendBeacon(`${this.#location}/hangup`);

  /** The node of the agent's voice, to which a meter can be connected. */
  node;

  /** Called with each event of the service. */
  onevent = () => {};

  /** Never called: over WebRTC, the events `output_audio_buffer.*` tell how far playback is. */
  onplayback = () => {};

  /** Called once when the call ends by itself: `{ reason, detail }` with the reason `ended` or `lost`. */
  onend = () => {};

  /**
   * @param {{ url: string, context: AudioContext, microphone: import("./microphone.js").Microphone }} options Also the callbacks, as for a relay.
   * @throws {CallError}
   */
  static async open({ url, context, microphone, ...callbacks }) {
    const call = Object.assign(new WebRtcCall(context, microphone), callbacks);
    try {
      await call.#connect(url);
      return call;
    } catch (error) {
      call.#close();
      throw error instanceof CallError ? error : new CallError("unreachable", error.message);
    }
  }

  constructor(context, microphone) {
    this.#microphone = microphone;
    this.node = new GainNode(context);
    this.#peer.addTrack(microphone.track, microphone.stream);
    this.#peer.ontrack = ({ track }) => {
      const stream = new MediaStream([track]);
      this.#speaker.srcObject = stream;
      this.#speaker.play();
      // For meters only: the element plays the audio.
      new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(this.node);
    };
    this.#channel.onmessage = ({ data }) => this.#receive(JSON.parse(data));
  }

  async #connect(url) {
    const isOpen = new Promise((resolve, reject) => {
      this.#channel.onopen = resolve;
      this.#peer.onconnectionstatechange = () => {
        if (this.#peer.connectionState === "failed") reject(new CallError("media"));
      };
      this.#abandon = reject;
    });
    isOpen.catch(() => {});

    await this.#peer.setLocalDescription();
    const response = await fetch(url, { method: "POST", headers: { "Content-Type": "application/sdp" }, body: this.#peer.localDescription.sdp });
    if (!response.ok) throw await CallError.from(response);
    this.#location = response.headers.get("Location");
    addEventListener("pagehide", this.#leave);
    await this.#peer.setRemoteDescription({ type: "answer", sdp: await response.text() });

    const timer = setTimeout(() => this.#abandon(new CallError("media")), CONNECT_TIMEOUT);
    await isOpen.finally(() => clearTimeout(timer));
    this.#channel.onclose = () => this.#end("ended");
    this.#peer.onconnectionstatechange = () => this.#watch();
  }

  #abandon = () => {};

  /** Sends a client event. */
  send(event) {
    if (this.#channel.readyState === "open") this.#channel.send(JSON.stringify(event));
  }

  /** Stops the agent, as when the user speaks: for a user who types. */
  interrupt() {
    if (this.#active) this.send({ type: "response.cancel" });
    this.send({ type: "output_audio_buffer.clear" });
  }

  hangUp() {
    this.#close();
    this.#microphone.close();
  }

  #receive(event) {
    if (event.type === "response.created" || event.type === "response.done") this.#active = event.type === "response.created";
    this.onevent(event);
  }

  #watch() {
    clearTimeout(this.#recovery);
    const { connectionState } = this.#peer;
    if (connectionState === "failed") this.#end("lost");
    else if (connectionState === "closed") this.#end("ended");
    else if (connectionState === "disconnected") this.#recovery = setTimeout(() => this.#end("lost"), RECOVERY_TIMEOUT);
  }

  #end(reason) {
    if (this.#hasEnded) return;
    this.hangUp();
    this.onend({ reason, detail: "" });
  }

  #close() {
    this.#hasEnded = true;
    clearTimeout(this.#recovery);
    removeEventListener("pagehide", this.#leave);
    this.#channel.close();
    this.#peer.close();
    this.#speaker.srcObject = null;
    // The service does not always notice that a page has left.
    if (this.#location) fetch(this.#location, { method: "DELETE", keepalive: true }).catch(() => {});
  }
}
