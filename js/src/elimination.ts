// What has become of A at a solve step: entries that elimination changed or filled in, and rows and columns that are gone.
// Read off the scene's events, so that any step is reached from any other. Pure.
import { DROP, MATRIX, READ, WRITE } from "./events.ts";
import type { Scene } from "./scene.ts";

/** An entry that is no longer what was stored, or that was not stored at all. */
export interface Changed {
  readonly row: number;
  readonly column: number;
  /** A_ij now; NaN of a block. */
  readonly value: number;
  /** Whether it is another number than the one that was stored. */
  readonly changed: boolean;
  /** Whether the step that has just happened wrote or read it. */
  readonly written: boolean;
  readonly read: boolean;
  /** Whether its row or column was dropped in an earlier step. */
  readonly gone: boolean;
  /** The node that was taken out when it was filled in; −1 of a stored entry, and where no single node was. */
  readonly through: number;
}

export interface Evolved {
  /** By `cellKey`. */
  readonly cells: ReadonlyMap<string, Changed>;
  /** Nodes whose row and column are gone. */
  readonly dropped: ReadonlySet<number>;
}

export const cellKey = (row: number, column: number): string => `${row} ${column}`;

/** Which elimination made an entry that was not stored, and of which way through the graph it is what is left. */
export function filledWords(
  scene: Scene,
  { row, column, through }: Pick<Changed, "row" | "column" | "through">,
): string {
  const label = (node: number) => scene.nodes[node]?.label ?? "";
  const between = `${label(row)} → ${label(column)}`;
  if (through < 0) return `${between} was filled in by elimination.`;
  return `${between} was filled in when ${label(through)} was taken out: it was ${label(row)} → ${label(through)} → ${label(column)}.`;
}

/** Whether nothing stands there any more, since its row or column is gone. */
export const isGone = ({ cells, dropped }: Evolved, row: number, column: number): boolean =>
  cells.get(cellKey(row, column))?.gone ?? (dropped.has(row) || dropped.has(column));

const NOTHING: Evolved = { cells: new Map(), dropped: new Set() };

/** What A is after so many solve steps; always the same object where a method changes nothing. */
export function evolution(scene: Scene): (solved: number) => Evolved {
  const matrix = (e: number) => scene.event_what[e] === MATRIX;
  const changes = scene.event_kind.some((kind, e) => kind !== READ && matrix(e));
  if (!changes) return () => NOTHING;
  const stored = new Set([...scene.entry_row].map((row, k) => cellKey(row, scene.entry_column[k] ?? -1)));
  return (solved) => {
    const cells = new Map<string, Changed>();
    const dropped = new Set<number>();
    for (let s = 0; s < solved; s++) {
      const now = s === solved - 1;
      const nodes = scene.steps[solveStart(scene) + s]?.nodes ?? [];
      for (let e = scene.event_start[s] ?? 0; e < (scene.event_start[s + 1] ?? 0); e++) {
        if (!matrix(e)) continue;
        const [row, column] = [scene.event_row[e] ?? -1, scene.event_column[e] ?? -1];
        const kind = scene.event_kind[e];
        const key = cellKey(row, column);
        const before = cells.get(key);
        // Dropped entries are read once more by the step that drops them, and by the one that recovers their row.
        const gone = kind === DROP ? !now : (before?.gone ?? false);
        if (kind === WRITE || kind === DROP || before !== undefined || scene.event_index[e] === -1) {
          const value = scene.event_value[e] ?? Number.NaN;
          const [written, read] = [now && kind === WRITE, now && kind !== WRITE];
          const changed = before?.changed || kind === WRITE;
          const filled = kind === WRITE && nodes.length === 1 && !stored.has(key) ? (nodes[0] ?? -1) : -1;
          const through = before?.through ?? filled;
          cells.set(key, { row, column, value, changed, written, read, gone, through });
        }
        if (kind === DROP && !now) for (const node of nodes) dropped.add(node);
      }
    }
    return { cells, dropped };
  };
}

const solveStart = (scene: Scene): number => scene.steps.findIndex(({ phase }) => phase === "solve");
