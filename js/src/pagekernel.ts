// The page in the kernel's place: it runs the program itself where it can, in saved pages and when the kernel is gone.
import type { Signal } from "@preact/signals-core";
import { beyondPage, METHODS, PageLimit, recomputed } from "./engine.ts";
import { joined } from "./replay.ts";
import type { Scene } from "./scene.ts";
import type { Kernel, Problem, Wish } from "./state.ts";

/** null where the page cannot run the program at all. */
export function pageKernel(scene: Signal<Scene>, problem: Signal<Problem | null>): Kernel | null {
  const recorded = scene.peek();
  if (beyondPage(recorded) !== null || !METHODS.has(recorded.method)) return null;
  let now: Wish = {};

  return {
    // What failed is not remembered: the next wish starts from what is shown.
    ask(wish) {
      const wanted = joined(now, wish);
      try {
        scene.value = recomputed(recorded, wanted.inputs ?? {}, wanted.question);
        now = wanted;
        problem.value = null;
      } catch (error) {
        if (!(error instanceof PageLimit)) throw error;
        problem.value = { text: error.message, line: null };
      }
    },
    questions: recorded.questions !== null,
    methods: false,
    units: false,
  };
}

/** Why the inputs cannot be moved here, in words. */
export function whyStill(scene: Scene): string {
  const limit = scene.nodes.findIndex(({ kind, operands }) => kind !== "input" && operands === null);
  const beyond = limit < 0 ? beyondPage(scene) : limit;
  const which = beyond === null ? "Steps of this method are" : `${scene.nodes[beyond]?.plain_equation ?? ""} is`;
  return `To move the inputs, open this in a running notebook: ${which} computed there only.`;
}
