// The order in which rows and columns of A are drawn. Any order in which the program could run is triangular; in another one
// a dot stands below the diagonal, where a line would read a result of its future.
import type { Scene } from "./scene.ts";
import type { State } from "./state.ts";

/** Nodes with a row in the order wished for; a wish that is no order of them counts as none. */
export function ownersOf(scene: Scene, wish: readonly number[]): number[] {
  const owners = scene.nodes.flatMap(({ row }, i) => (row ? [i] : []));
  const fits =
    wish.length === owners.length && new Set(wish).size === wish.length && wish.every((i) => scene.nodes[i]?.row);
  return fits ? [...wish] : owners;
}

/** Entries that stand below the diagonal: reader before what it reads. */
export function below(scene: Scene, owners: readonly number[]): number[] {
  const place = new Map(owners.map((node, p) => [node, p]));
  const at = (node: number | undefined) => place.get(node ?? -1) ?? -1;
  return [...scene.entry_row.keys()].filter((k) => at(scene.entry_column[k]) < at(scene.entry_row[k]));
}

/** A random order in which the program runs: of the lines that are ready, any may be next. */
export function shuffled(scene: Scene, random: () => number): number[] {
  const owners = ownersOf(scene, []);
  const waiting = new Map(owners.map((node) => [node, scene.reads[node]?.length ?? 0]));
  const ready = owners.filter((node) => waiting.get(node) === 0);
  const order: number[] = [];
  while (ready.length > 0) {
    const [node] = ready.splice(Math.floor(random() * ready.length), 1);
    if (node === undefined) break;
    order.push(node);
    for (const entry of scene.readers[node] ?? []) {
      const reader = scene.entry_column[entry] ?? -1;
      const left = (waiting.get(reader) ?? 0) - 1;
      waiting.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  return order;
}

/** The order with one node moved by so many places. */
export function moved(owners: readonly number[], node: number, by: number): number[] {
  const from = owners.indexOf(node);
  const to = Math.min(Math.max(from + by, 0), owners.length - 1);
  if (from < 0 || from === to) return [...owners];
  const others = owners.filter((other) => other !== node);
  return [...others.slice(0, to), node, ...others.slice(to)];
}

/** Draw the rows in another order, and say what it did. Rows are moved once they all stand. */
export function reorder(state: State, order: readonly number[], first = ""): void {
  if (state.moment.value.phase === "record") state.step.value = state.timeline.value.startOf("solve");
  state.order.value = order;
  const dots = below(state.scene.value, ownersOf(state.scene.value, order)).length;
  state.announcement.value = `${first}${dots === 0 ? "Still triangular; every λ is the same." : `${dots} below the diagonal.`}`;
}
