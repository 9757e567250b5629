// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays are in range by construction.
/** From roughly placed vertices to exactly straight columns, balanced between what they are tied to. */
import type { Columns } from "./columns.ts";
import { group, type Lists } from "./dag.ts";
import type { Layered } from "./layers.ts";
import type { Ties } from "./ties.ts";

/** Work allowed, in columns, ties and distances visited. */
const WORK = 2_000_000;
const ROUNDS = 300;
/** Changes that nobody sees. */
const STILL = 0.01;
/** A weak tie moves what nothing else holds, and the rest by less than a pixel. */
const WEAK = 0.003;
/** The least weight when pushing; one strong tie weighs 1. */
const LIGHT = 0.5;
/** Passes at the end, to and fro. */
const SETTLE = 6;

/**
 * Least squares over the ties, at the required distances: each column goes halfway to the mean of its neighbours, then columns
 * that are too close push each other apart, the one with fewer ties further. Ends when nothing moves, or when the work is
 * used up.
 */
export function relax(layers: Layered, tie: Ties, columns: Columns, x: Float64Array): void {
  const { size } = layers;
  const { count, of, left, right, apart } = columns;
  const at = new Float64Array(count);
  const members = new Int32Array(count);
  for (let v = 0; v < size; v++) {
    at[of[v]!]! += x[v]!;
    members[of[v]!]!++;
  }
  for (let c = 0; c < count; c++) at[c]! /= members[c]!;
  separate(columns, at);

  const pulls = pullsBetween(layers, tie, of);
  const { pull, by, force } = pulls;
  const mass = new Float64Array(count);
  for (let c = 0; c < count; c++)
    for (let k = pull.start[c]!; k < pull.start[c + 1]!; k++) mass[c]! += force[pull.item[k]!]!;
  // Without a floor what is light would be crushed between what is heavy, and not hand the push on.
  for (let c = 0; c < count; c++) mass[c] = Math.max(LIGHT, mass[c]!);

  const rounds = Math.min(ROUNDS, Math.floor(WORK / (count + by.length + 2 * left.length + 1)));
  const goal = new Float64Array(count);
  for (let round = 0; round < rounds; round++) {
    let most = 0;
    for (let c = 0; c < count; c++) {
      let sum = 0;
      for (let k = pull.start[c]!; k < pull.start[c + 1]!; k++) {
        const e = pull.item[k]!;
        sum += force[e]! * (at[by[e]!]! - at[c]!);
      }
      goal[c] = at[c]! + sum / (2 * mass[c]!);
    }
    for (let pass = 0; pass < 2; pass++) {
      for (let step = 0; step < left.length; step++) {
        const e = pass % 2 === 0 ? step : left.length - 1 - step;
        const a = left[e]!;
        const b = right[e]!;
        const lack = goal[a]! + apart[e]! - goal[b]!;
        if (lack <= 0) continue;
        const share = mass[b]! / (mass[a]! + mass[b]!);
        goal[a]! -= lack * share;
        goal[b]! += lack * (1 - share);
      }
    }
    for (let c = 0; c < count; c++) {
      most = Math.max(most, Math.abs(goal[c]! - at[c]!));
      at[c] = goal[c]!;
    }
    if (most < STILL) break;
  }
  separate(columns, at);
  settle(columns, pulls, at);
  for (let v = 0; v < size; v++) x[v] = at[of[v]!]!;
}

interface Pulls {
  /** Per column indices into the other two: who pulls, and how strongly. */
  readonly pull: Lists;
  readonly by: readonly number[];
  readonly force: readonly number[];
}

function pullsBetween({ size, up }: Layered, tie: Ties, of: Int32Array): Pulls {
  const pulled: number[] = [];
  const by: number[] = [];
  const force: number[] = [];
  for (let v = 0; v < size; v++) {
    for (let k = up.start[v]!; k < up.start[v + 1]!; k++) {
      const a = of[up.item[k]!]!;
      const b = of[v]!;
      if (a === b) continue;
      pulled.push(a, b);
      by.push(b, a);
      force.push(tie.up[k] === 1 ? 1 : WEAK, tie.up[k] === 1 ? 1 : WEAK);
    }
  }
  let count = 0;
  for (const c of of) count = Math.max(count, c + 1);
  return { pull: group(count, pulled, Int32Array.from(pulled.keys())), by, force };
}

/**
 * What is still too close, exactly apart: once all are pushed to the right, once all to the left, and the mean of the two,
 * which keeps the distances since both do.
 */
function separate({ count, right, apart, after, sequence }: Columns, at: Float64Array): void {
  const least = at.slice();
  const most = at.slice();
  for (const c of sequence) {
    for (let k = after.start[c]!; k < after.start[c + 1]!; k++) {
      const e = after.item[k]!;
      least[right[e]!] = Math.max(least[right[e]!]!, least[c]! + apart[e]!);
    }
  }
  for (let i = count - 1; i >= 0; i--) {
    const c = sequence[i]!;
    for (let k = after.start[c]!; k < after.start[c + 1]!; k++) {
      const e = after.item[k]!;
      most[c] = Math.min(most[c]!, most[right[e]!]! - apart[e]!);
    }
  }
  for (let c = 0; c < count; c++) at[c] = (least[c]! + most[c]!) / 2;
}

/** Each by itself goes to the mean of its neighbours, as far as there is room: the light ones have hardly moved before. */
function settle(columns: Columns, { pull, by, force }: Pulls, at: Float64Array): void {
  const { count, left, right, apart, after, sequence } = columns;
  const before = group(
    count,
    right,
    right.map((_, e) => e),
  );
  for (let pass = 0; pass < SETTLE; pass++) {
    for (let i = 0; i < count; i++) {
      const c = sequence[pass % 2 === 0 ? i : count - 1 - i]!;
      let sum = 0;
      let weight = 0;
      for (let k = pull.start[c]!; k < pull.start[c + 1]!; k++) {
        const e = pull.item[k]!;
        sum += force[e]! * at[by[e]!]!;
        weight += force[e]!;
      }
      if (weight === 0) continue;
      let least = Number.NEGATIVE_INFINITY;
      let most = Number.POSITIVE_INFINITY;
      for (let k = before.start[c]!; k < before.start[c + 1]!; k++) {
        const e = before.item[k]!;
        least = Math.max(least, at[left[e]!]! + apart[e]!);
      }
      for (let k = after.start[c]!; k < after.start[c + 1]!; k++) {
        const e = after.item[k]!;
        most = Math.min(most, at[right[e]!]! - apart[e]!);
      }
      at[c] = Math.max(least, Math.min(most, sum / weight));
    }
  }
}
