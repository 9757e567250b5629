// Packs a scene the way lagviz/view/scene.json says, for tests that need one Python did not write.
import type { Columns, Header } from "../../src/scene.ts";
import { COLUMNS } from "../../src/scene.ts";

type Numbers = Record<keyof Columns, readonly number[]>;

export function encodeScene(header: Omit<Header, "columns">, numbers: Numbers): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const columns = Object.fromEntries(
    Object.entries(COLUMNS).map(([name, dtype]) => {
      const { length } = numbers[name as keyof Columns];
      const place = { dtype, offset, length };
      offset = roundUp(offset + length * (dtype === "float64" ? 8 : 4));
      return [name, place];
    }),
  );
  const text = new TextEncoder().encode(JSON.stringify({ ...header, columns }));
  const start = roundUp(16 + text.length);
  const bytes = new Uint8Array(start + offset);
  bytes.set(new TextEncoder().encode("LAGVIZ01"));
  new DataView(bytes.buffer).setUint32(8, text.length, true);
  bytes.set(text, 16);
  for (const [name, place] of Object.entries(columns)) {
    const view =
      place.dtype === "float64"
        ? new Float64Array(bytes.buffer, start + place.offset, place.length)
        : new Int32Array(bytes.buffer, start + place.offset, place.length);
    view.set(numbers[name as keyof Columns]);
  }
  return bytes;
}

const roundUp = (n: number): number => Math.ceil(n / 8) * 8;
