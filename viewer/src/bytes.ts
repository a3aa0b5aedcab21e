/** Bytes of base64. */
export function bytesOf(base64: string): Uint8Array {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** Little-endian 16-bit integers, on machines of either kind. */
export function int16Of(base64: string): Int16Array {
  const bytes = bytesOf(base64);
  if (LITTLE_ENDIAN) return new Int16Array(bytes.buffer, 0, bytes.length >> 1);
  const view = new DataView(bytes.buffer);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => view.getInt16(2 * i, true));
}

/** Little-endian 32-bit floats. */
export function float32Of(base64: string): Float32Array {
  const bytes = bytesOf(base64);
  if (LITTLE_ENDIAN) return new Float32Array(bytes.buffer, 0, bytes.length >> 2);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getFloat32(4 * i, true));
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
