// How the edges of stored entries look at a step, and what number stands on them. Pure.
import { cellKey, isGone } from "./elimination.ts";
import type { Scene } from "./scene.ts";
import type { Moment } from "./timeline.ts";

export interface EdgeLook {
  readonly from: number;
  readonly to: number;
  readonly state: "hidden" | "recorded" | "active" | "gone";
  /** The partial, or what elimination has made of it; NaN of a block. */
  readonly number: number;
  readonly changed: boolean;
}

/** By stored entry: the same entries, with the same numbers, as in the cells of the matrix. */
export function edgeLooks(scene: Scene, moment: Moment): EdgeLook[] {
  const recording = moment.phase === "record";
  const used = recording ? new Set(moment.active.flatMap((j) => scene.reads[j] ?? [])) : moment.entries;
  const hidden = (node: number) => moment.states[node] === "hidden";
  // Most methods change nothing in A, and then nothing has to be looked up.
  const evolved = moment.evolved.cells.size > 0 ? moment.evolved : null;
  return [...scene.entry_row].map((from, entry) => {
    const to = scene.entry_column[entry] ?? -1;
    const now = evolved?.cells.get(cellKey(from, to));
    const changed = now?.changed ?? false;
    const active = used.has(entry) || (now?.written ?? false);
    const left = evolved !== null && isGone(evolved, from, to) ? "gone" : "recorded";
    return {
      from,
      to,
      state: hidden(from) || hidden(to) ? "hidden" : active ? "active" : left,
      number: now !== undefined && changed ? -now.value : (scene.partial[entry] ?? Number.NaN),
      changed,
    };
  });
}
