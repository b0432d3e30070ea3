import { CallError } from "./call-error.js";
import { fromBase64, toBase64 } from "./pcm.js";
import { Player } from "./player.js";

// Four seconds of audio. When more is waiting, the network is slower than speech; the agent should then hear what is said now, and not what was said long ago.
const MAX_UNSENT = 256 * 1024;

const REASONS = { 1000: "ended", 1001: "stopped", 1006: "lost", 1008: "limit", 1011: "service" };

/**
 * A call over a relay (`MapRealtimeRelay`): a WebSocket that speaks the protocol of the Realtime API. The page plays the audio, so it also has to stop when the user
 * interrupts, and to report how much was heard: without the report, the model assumes that the user has heard everything.
 */
export class RelayCall {
  transport = "relay";
  #socket;
  #player;
  #microphone;
  #contents = new Map();
  #cut = new Set();
  #interrupts = true;
  #active = false;

  /** Called with each event of the service. */
  onevent = () => {};

  /** Called with the progress of playback: see {@link Player}. */
  onplayback = () => {};

  /** Called once when the call ends by itself: `{ reason, detail }` with the reason `ended`, `stopped`, `limit`, `service` or `lost`. */
  onend = () => {};

  /**
   * @param {{ url: string, context: AudioContext, microphone: import("./microphone.js").Microphone | null }} options Without a microphone, the user can only type.
   *   The options can also contain the callbacks `onevent`, `onplayback` and `onend`, so that none of the first events is missed.
   * @throws {CallError}
   */
  static async open({ url, context, microphone, ...callbacks }) {
    const player = await Player.open(context);
    const address = new URL(url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    const call = Object.assign(new RelayCall(socket, player, microphone), callbacks);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      // A page cannot read why a handshake was refused.
      socket.onclose = () => reject(new CallError("refused"));
    }).catch((error) => {
      player.close();
      throw error;
    });
    socket.onclose = ({ code, reason }) => call.#end(code, reason);
    await microphone?.capture((samples) => call.#listen(samples));
    return call;
  }

  constructor(socket, player, microphone) {
    this.#socket = socket;
    this.#player = player;
    this.#microphone = microphone;
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    player.onplayback = (report) => this.onplayback(report);
  }

  /** The node of the agent's voice, to which a meter can be connected. */
  get node() {
    return this.#player.node;
  }

  /** Sends a client event. */
  send(event) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(event));
  }

  /** Stops the agent, as when the user speaks: for a user who types. */
  interrupt() {
    if (this.#active) this.send({ type: "response.cancel" });
    this.#interrupt(true);
  }

  hangUp() {
    this.#socket.onclose = null;
    this.#socket.close(1000);
    this.#release();
  }

  #listen(samples) {
    if (this.#socket.bufferedAmount < MAX_UNSENT) this.send({ type: "input_audio_buffer.append", audio: toBase64(samples) });
  }

  #receive(event) {
    switch (event.type) {
      case "session.created":
      case "session.updated":
        this.#interrupts = event.session.audio?.input?.turn_detection?.interrupt_response !== false;
        break;
      case "response.created":
      case "response.done":
        this.#active = event.type === "response.created";
        break;
      case "response.output_audio.delta":
        // The service may send a little more after an interruption.
        if (!this.#cut.has(event.response_id) && !this.#cut.has(event.item_id)) {
          this.#contents.set(event.item_id, event);
          this.#player.play(event.item_id, fromBase64(event.delta));
        }
        break;
      case "response.output_audio.done":
        this.#player.finish(event.item_id);
        break;
      case "input_audio_buffer.speech_started":
        if (this.#interrupts) this.#interrupt(true);
        break;
      // The server has interrupted the agent, and knows what was heard.
      case "output_audio_buffer.cleared":
        this.#interrupt(false);
        break;
    }
    this.onevent(event);
  }

  async #interrupt(reports) {
    for (const { response_id } of this.#contents.values()) this.#cut.add(response_id);
    for (const { item, heard } of await this.#player.stop()) {
      this.#cut.add(item);
      const { content_index } = this.#contents.get(item) ?? { content_index: 0 };
      // Rounded down, because more than was played is refused. So is 0.
      if (reports) this.send({ type: "conversation.item.truncate", item_id: item, content_index, audio_end_ms: Math.max(1, Math.floor(heard)) });
    }
    this.#contents.clear();
  }

  #end(code, reason) {
    this.#release();
    this.onend({ reason: REASONS[code] ?? "service", detail: reason });
  }

  #release() {
    this.#microphone?.close();
    this.#player.close();
  }
}
