// Which rows and columns carry their names, where there is not room for all: every so many, and in any case those that the step,
// or pointing, is about. Pure: a plan and a moment in, places out.
import type { Scene } from "../scene.ts";
import type { Target } from "../state.ts";
import type { Moment } from "../timeline.ts";
import { LABEL, type Plan } from "./matrixplan.ts";

/** Between the lines of two names of rows, of their font size. */
const APART = 1.12;
/** Slanted names stand side by side at this part of the way from column to column (sin 48°). */
const ASLANT = 0.743;
/** Smaller nobody reads them: rather there are fewer. */
const LEAST = 10.5;

export const rowNameSize = (plan: Plan): number => Math.min(LABEL, Math.max(plan.rowHeight * 0.8, LEAST));

/** The open row, and how much its equation moves those below it. */
export interface Open {
  readonly row: number;
  readonly height: number;
}

export interface Names {
  readonly rows: ReadonlySet<number>;
  readonly columns: ReadonlySet<number>;
}

export function namesShown(scene: Scene, plan: Plan, moment: Moment, lit: Target | null, open: Open): Names {
  const entries = [...moment.entries];
  const ends = (of: Int32Array) => entries.flatMap((entry) => of[entry] ?? []);
  const pointed = (of: Int32Array) => {
    if (lit === null) return [];
    if ("row" in lit) return [lit.row, lit.column];
    return "node" in lit ? [lit.node] : [of[lit.entry] ?? -1];
  };
  const wanted = (of: Int32Array) =>
    [...moment.active, ...pointed(of), ...ends(of)].flatMap((node) => {
      const place = plan.place[node] ?? -1;
      return place < 0 ? [] : [place];
    });
  const rows = plan.owners.map((_, r) => r * plan.rowHeight + (r > open.row ? open.height : 0));
  const columns = plan.owners.map((_, c) => c * plan.cell);
  return {
    rows: apart(rows, APART * rowNameSize(plan), wanted(scene.entry_row)),
    columns: apart(columns, plan.slanted ? plan.columnLabel / ASLANT : 0, wanted(scene.entry_column)),
  };
}

/** Of places in their order, no two nearer than `gap`: the wanted ones, the earlier first, and of the others every so many. */
export function apart(places: readonly number[], gap: number, wanted: readonly number[]): Set<number> {
  const shown = new Set<number>();
  const free = (i: number) => {
    for (const step of [-1, 1]) {
      for (let j = i; j in places && Math.abs((places[j] ?? 0) - (places[i] ?? 0)) < gap; j += step) {
        if (shown.has(j)) return false;
      }
    }
    return true;
  };
  for (const i of wanted) if (free(i)) shown.add(i);
  const between = Math.min(...places.slice(1).map((place, i) => place - (places[i] ?? 0)));
  const every = Math.max(Math.ceil(gap / between), 1);
  for (let i = 0; i < places.length; i += every) if (free(i)) shown.add(i);
  return shown;
}
