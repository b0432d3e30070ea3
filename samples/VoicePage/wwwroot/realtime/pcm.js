/** The sample rate of the Realtime API's PCM: 16 bits, mono, little-endian. */
export const RATE = 24_000;

/**
 * @param {Int16Array} samples
 * @returns {string} The samples as base64.
 */
export function toBase64(samples) {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  if (bytes.toBase64) return bytes.toBase64();
  // In pieces: String.fromCharCode takes each byte as an argument, and engines limit their number.
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/**
 * @param {string} base64
 * @returns {Int16Array} The samples. Half a sample at the end is left out.
 */
export function fromBase64(base64) {
  const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(base64) : Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Int16Array(bytes.buffer, 0, bytes.length >> 1);
}

/**
 * @param {Float32Array} samples From -1 to 1; louder ones are clipped.
 * @returns {Int16Array}
 */
export function toInt16(samples) {
  return Int16Array.from(samples, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))));
}

/**
 * @param {Int16Array} samples
 * @returns {Float32Array} From -1 to 1.
 */
export function toFloat32(samples) {
  return Float32Array.from(samples, (sample) => sample / 32_768);
}
