const rate = 24_000;

function samples(seconds, at) {
  const pcm = Buffer.alloc(seconds * rate * 2);
  for (let i = 0; i < pcm.length / 2; i++) pcm.writeInt16LE(Math.round(at(i)), i * 2);
  return pcm;
}

const voice = (seconds) => samples(seconds, (i) => Math.sin((i * 2 * Math.PI * 180) / rate) * 12_000);
const silence = (seconds) => samples(seconds, () => 0);

/** Appends speech to the input audio buffer. */
export const append = (pcm) => ({ type: 'input_audio_buffer.append', audio: pcm.toString('base64') });

/** A loud second, and the silence that ends a turn. */
export const turn = () => Buffer.concat([silence(0.3), voice(1), silence(1)]);

/** Speech alone, for a client that says itself when the turn ends. */
export const speech = () => voice(0.5);

/** The loudest sample of the audio in some events. */
export function peak(events) {
  const pcm = Buffer.concat(events.filter((event) => event.type.endsWith('output_audio.delta')).map((event) => Buffer.from(event.delta, 'base64')));
  let loudest = 0;
  for (let i = 0; i + 1 < pcm.length; i += 2) loudest = Math.max(loudest, Math.abs(pcm.readInt16LE(i)));
  return loudest;
}
