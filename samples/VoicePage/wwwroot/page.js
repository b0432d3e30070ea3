import { clearCaptions, showCaptions } from "./captions.js";
import { Meters } from "./meters.js";
import { hideProblem, showNotice, showProblem } from "./problems.js";
import { Conversation } from "./realtime/conversation.js";
import { Microphone, MicrophoneError } from "./realtime/microphone.js";
import { RelayCall } from "./realtime/relay-call.js";
import { WebRtcCall } from "./realtime/webrtc-call.js";

const $ = (id) => document.getElementById(id);
const [start, mute, hangUp, text, send] = ["start", "mute", "hang-up", "text", "send"].map($);
const orb = document.querySelector(".orb");
const meters = new Meters();

const STATES = {
  idle: ["Talk to the waiter", "Ask for the soups of today, and order two of them. You can interrupt at any time."],
  connecting: ["Connecting…", "Your browser may ask for the microphone."],
  listening: ["Listening", "It is your turn."],
  hearing: ["Hearing you", "Take your time."],
  thinking: ["Thinking", "The answer is on its way."],
  speaking: ["Speaking", "You can interrupt."],
  muted: ["Muted", "The waiter does not hear you."],
  typing: ["Your turn", "Type a message."],
  ended: ["Call ended", "The captions stay until the next call."],
};

const REFUSALS = { refused: "call", unreachable: "server", media: "lost", limit: "limit", busy: "full" };
const ENDS = { lost: "lost", stopped: "stopped", service: "service", limit: "limits" };

// ?transport=relay tries no WebRTC: for networks in which it works badly, and to compare both.
const wantsRelay = new URLSearchParams(location.search).get("transport") === "relay";

let service = null;
let context = null;
let microphone = null;
let call = null;
let conversation = null;
let began = 0;
let clock = 0;

/** Starts a call. Without a microphone, the user types. */
async function talk(withMicrophone) {
  hideProblem();
  showNotice(service?.simulated ? "simulated" : null);
  setPhase("connecting");
  clearCaptions();
  conversation = new Conversation();
  conversation.onchange = update;
  conversation.oninterrupted = showInterruption;
  try {
    // Browsers let a page play audio only after a click, and this is one.
    context = new AudioContext({ latencyHint: "interactive" });
    service ??= await getService();
    microphone = withMicrophone ? await Microphone.open(context) : null;
    call = await connect();
  } catch (error) {
    console.warn(error);
    release();
    setPhase("idle");
    return showProblem(problemOf(error), () => talk(false));
  }
  if (microphone) microphone.onlost = () => end("unplugged");
  meters.start(microphone?.node ?? null, call.node, () => conversation.status, () => conversation?.tick());
  [began, clock] = [Date.now(), setInterval(showDuration, 1000)];
  setPhase("call");
  announce("Connected.");
}

/** WebRTC first, because its audio is faster. Then the relay. */
async function connect() {
  const callbacks = {
    onevent: (event) => conversation?.receive(event),
    onplayback: (report) => conversation?.play(report),
    onend: ({ reason }) => end(ENDS[reason]),
  };
  const options = { context, microphone, ...callbacks };
  let refusal = null;
  if (service.webRtc && microphone && !wantsRelay && "RTCPeerConnection" in window) {
    try {
      return await WebRtcCall.open({ url: "voice/call", ...options });
    } catch (error) {
      // The relay has the same limits.
      if (["limit", "busy"].includes(error.reason)) throw error;
      console.warn(error);
      refusal = error;
    }
  }
  try {
    const relay = await RelayCall.open({ url: "voice/relay", ...options });
    if (service.webRtc && microphone && !wantsRelay) showNotice("relayOnly");
    return relay;
  } catch (error) {
    // The handshake of a WebSocket does not tell a page why it failed; a request does.
    throw refusal?.reason === "refused" ? refusal : await getService().then(() => error);
  }
}

async function getService() {
  try {
    return await (await fetch("voice")).json();
  } catch (cause) {
    throw Object.assign(new Error("The server does not answer.", { cause }), { reason: "unreachable" });
  }
}

const problemOf = (error) => (error instanceof MicrophoneError ? error.reason : REFUSALS[error.reason] ?? "call");

/** Ends a call that has ended by itself. */
function end(problem) {
  stop();
  if (problem) showProblem(problem, () => talk(false));
}

function stop() {
  call?.hangUp();
  release();
  setPhase("ended");
  announce("Call ended.");
  start.focus();
}

function release() {
  clearInterval(clock);
  meters.stop();
  microphone?.close();
  context?.close();
  call = microphone = context = null;
}

/** @param {"idle" | "connecting" | "call" | "ended"} phase */
function setPhase(phase) {
  document.body.dataset.phase = phase;
  const isCall = phase === "call";
  start.hidden = isCall;
  start.disabled = phase === "connecting";
  start.lastElementChild.textContent = phase === "ended" ? "Talk again" : "Start talking";
  hangUp.hidden = !isCall;
  mute.hidden = !isCall || !microphone;
  text.disabled = send.disabled = !isCall;
  text.placeholder = isCall ? "Type a message" : "In a call, you can also type";
  $("transport").hidden = !isCall;
  if (isCall) {
    $("transport").textContent = service.simulated ? "Relay, simulated" : call.transport === "webrtc" ? "WebRTC" : "Relay";
    (microphone ? hangUp : text).focus();
  }
  setMuted(false);
  update();
}

function setMuted(value) {
  if (microphone) microphone.isMuted = value;
  mute.setAttribute("aria-pressed", String(value));
  mute.lastElementChild.textContent = value ? "Muted" : "Mute";
}

function update() {
  const { phase } = document.body.dataset;
  const state = phase === "call" ? stateOf(conversation.status) : phase;
  orb.dataset.status = state;
  const [title, hint] = STATES[state];
  $("status").textContent = title;
  $("hint").textContent = hint;
  if (!conversation) return;
  showCaptions(conversation.entries);
  if (conversation.replyTime !== null) $("reply-time").textContent = formatTime(conversation.replyTime);
}

function stateOf(status) {
  if (status !== "listening") return status;
  return !microphone ? "typing" : microphone.isMuted ? "muted" : "listening";
}

function showInterruption() {
  orb.classList.remove("interrupted");
  // Reading the layout lets the animation start again.
  void orb.offsetWidth;
  orb.classList.add("interrupted");
}

function showDuration() {
  const seconds = Math.floor((Date.now() - began) / 1000);
  $("duration").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const formatTime = (milliseconds) => (milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`);

function announce(message) {
  $("announcement").textContent = message;
}

start.addEventListener("click", () => talk(true));
hangUp.addEventListener("click", stop);
mute.addEventListener("click", () => {
  setMuted(!microphone.isMuted);
  update();
});

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const message = text.value.trim();
  if (!message || !call) return;
  call.interrupt();
  call.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text: message }] } });
  call.send({ type: "response.create" });
  conversation.ask();
  text.value = "";
});

getService().then(
  (found) => {
    service = found;
    if (service.simulated) showNotice("simulated");
  },
  () => showProblem("server"),
);
