// Runs before the scripts of the page. Records on the audio clock when sound reaches the loudspeaker and when an interruption arrives, without the page noticing.
globalThis.probe = { context: null, loud: [], arrivals: [] };

// Posts the time of the last audible sample of each block that is not silent. The Content-Security-Policy of the page does not allow this: it is off in these tests.
const module = URL.createObjectURL(new Blob([`
  registerProcessor("probe", class extends AudioWorkletProcessor {
    process([[samples]]) {
      const last = samples ? samples.findLastIndex((sample) => Math.abs(sample) > 0.001) : -1;
      if (last >= 0) this.port.postMessage(currentTime + last / sampleRate);
      return true;
    }
  });`], { type: "text/javascript" }));

const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (target, ...rest) {
  if (target instanceof AudioDestinationNode) void listen(this);
  return connect.call(this, target, ...rest);
};

async function listen(node) {
  probe.context = node.context;
  await node.context.audioWorklet.addModule(module);
  const worklet = new AudioWorkletNode(node.context, "probe", { numberOfOutputs: 0 });
  worklet.port.onmessage = ({ data }) => probe.loud.push(data);
  connect.call(node, worklet);
}

globalThis.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address);
    // Registered before the handler of the page.
    this.addEventListener("message", ({ data }) => {
      if (JSON.parse(data).type === "input_audio_buffer.speech_started") probe.arrivals.push(probe.context.currentTime);
    });
  }
};
