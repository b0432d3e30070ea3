// The WebRTC stack of the emulator: a page that answers an offer, and passes audio and events between the peer and the test (heard, received and ended).
import { fromBase64, toBase64 } from "/realtime/pcm.js";

globalThis.context = new AudioContext();
const peer = new RTCPeerConnection();
const speaker = new MediaStreamAudioDestinationNode(context);
let channel;
let voice;

/** Answers an offer. The answer contains the candidates, because the offer of the page arrives without a way to send them later. */
globalThis.answer = async (sdp) => {
  await context.audioWorklet.addModule("/realtime/capture-worklet.js");
  await context.audioWorklet.addModule("/realtime/playback-worklet.js");
  voice = new AudioWorkletNode(context, "realtime-playback", { numberOfInputs: 0, outputChannelCount: [1] });
  voice.connect(speaker);

  peer.ontrack = ({ track }) => listen(new MediaStream([track]));
  peer.ondatachannel = (event) => {
    channel = event.channel;
    channel.onmessage = ({ data }) => globalThis.received(data);
    channel.onopen = () => globalThis.opened(channel.label);
  };
  await peer.setRemoteDescription({ type: "offer", sdp });
  peer.addTrack(speaker.stream.getAudioTracks()[0], speaker.stream);
  const isGathered = new Promise((resolve) => {
    peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && resolve();
  });
  await peer.setLocalDescription();
  await isGathered;
  return peer.localDescription.sdp;
};

/** Chromium decodes a remote track only if an element plays it. */
function listen(stream) {
  Object.assign(new Audio(), { srcObject: stream, muted: true }).play();
  const capture = new AudioWorkletNode(context, "realtime-capture", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
  capture.port.onmessage = ({ data }) => globalThis.heard(toBase64(data));
  new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(capture);
}

globalThis.say = (base64) => voice.port.postMessage({ type: "play", item: "voice", samples: fromBase64(base64) });
// The page may have closed the call, which the service does not know yet.
globalThis.send = (event) => {
  if (channel.readyState === "open") channel.send(event);
};
globalThis.close = () => peer.close();
globalThis.isReady = true;
