import { Conversation, splitHeard } from "./realtime/conversation.js";
import { Microphone } from "./realtime/microphone.js";
import { RelayCall } from "./realtime/relay-call.js";
import { WebRtcCall } from "./realtime/webrtc-call.js";

document.querySelector("button").onclick = async () => {
  const context = new AudioContext();
  const microphone = await Microphone.open(context);
  const conversation = new Conversation();
  conversation.onchange = () => show(conversation);
  const options = {
    context,
    microphone,
    onevent: (event) => conversation.receive(event),
    onplayback: (report) => conversation.play(report),
    onend: ({ reason }) => console.log(`The call has ended: ${reason}.`),
  };
  const call = await WebRtcCall.open({ url: "/voice/call", ...options })
    .catch(() => RelayCall.open({ url: "/voice/relay", ...options }));
};

function show({ status, entries }) {
  document.querySelector("output").textContent = status;
  document.querySelector("ol").replaceChildren(...entries.map(({ kind, text, share }) => {
    const line = document.createElement("li");
    line.textContent = kind === "agent" ? splitHeard(text, share)[0] : text;
    return line;
  }));
}
