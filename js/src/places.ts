// Where a reader is in a timeline, so that they stay there when the way of solving becomes another. Python's `places.py` does the
// same for what the kernel solves.
import type { Step } from "./scene.ts";

/** The step of another timeline that is about the same: the same row of the same phase, or the same step of the phase. */
export function samePlace(before: readonly Step[], step: number, now: readonly Step[]): number {
  if (before === now || step === 0) return step;
  if (step >= before.length) return now.length;
  const { phase, nodes } = before[step - 1] as Step;
  const there = now.findIndex((one) => one.phase === phase && nodes.length > 0 && one.nodes[0] === nodes[0]);
  if (there >= 0) return there + 1;
  const first = before.findIndex((one) => one.phase === phase);
  const count = now.filter((one) => one.phase === phase).length;
  return now.findIndex((one) => one.phase === phase) + Math.min(step - first, count);
}
