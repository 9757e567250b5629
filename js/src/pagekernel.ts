// The page in the kernel's place: it runs the program itself where it can, in saved pages and when the kernel is gone.
import { batch, type Signal } from "@preact/signals-core";
import { beyondPage, METHODS, PageLimit, recomputed, solvedBy } from "./engine.ts";
import { samePlace } from "./places.ts";
import { joined } from "./replay.ts";
import { numberOf, type Scene } from "./scene.ts";
import type { Kernel, Problem, Wish } from "./state.ts";

/** null where the page cannot run the program at all, nor knows another way of solving it. */
export function pageKernel(scene: Signal<Scene>, step: Signal<number>, problem: Signal<Problem | null>): Kernel | null {
  const recorded = scene.peek();
  const methods = [recorded.method, ...recorded.alternatives.map(({ method }) => method)];
  const inputs = beyondPage(recorded) === null && methods.some((method) => METHODS.has(method));
  if (!inputs && methods.length === 1) return null;
  let now: Wish = {};

  return {
    // What failed is not remembered: the next wish starts from what is shown.
    ask(wish) {
      const wanted = joined(now, wish);
      try {
        const next = made(recorded, wanted);
        batch(() => {
          step.value = samePlace(scene.peek().steps, step.peek(), next.steps);
          scene.value = next;
          problem.value = null;
        });
        now = wanted;
      } catch (error) {
        if (!(error instanceof PageLimit)) throw error;
        problem.value = { text: error.message, line: null };
      }
    },
    inputs,
    questions: inputs && recorded.questions !== null,
    methods,
    units: false,
  };
}

/** As it was recorded, or worked out anew where something is not as it was. */
function made(recorded: Scene, { method, inputs = {}, question = recorded.output }: Wish): Scene {
  const solved = solvedBy(recorded, method ?? recorded.method);
  const moved = recorded.inputs.some(({ name, node }) => {
    const value = inputs[name];
    return value !== undefined && value !== numberOf(recorded, node);
  });
  return moved || question !== recorded.output ? recomputed(solved, inputs, question) : solved;
}

/** Why the inputs cannot be moved here, in words. */
export function whyStill(scene: Scene): string {
  const limit = scene.nodes.findIndex(({ kind, operands }) => kind !== "input" && operands === null);
  const beyond = limit < 0 ? beyondPage(scene) : limit;
  const which = beyond === null ? "Steps of this method are" : `${scene.nodes[beyond]?.plain_equation ?? ""} is`;
  return `To move the inputs, open this in a running notebook: ${which} computed there only.`;
}
