// Asking Python to run the program otherwise: one request at a time, what was wished for meanwhile next.
import type { Signal } from "@preact/signals-core";
import type { Problem, Wish } from "./state.ts";

const PATIENCE_MILLISECONDS = 4000;
const NO_ANSWER: Problem = { text: "No answer from the kernel yet; stepping still works.", line: null };

const GONE: Problem = {
  text: "The kernel that made this is gone; stepping still works. Run the cell again to move the inputs.",
  line: null,
};

export interface Replay {
  request(wish: Wish): void;
  answer(content: unknown): void;
  stop(): void;
}

export function createReplay(
  send: (message: { kind: "replay"; id: number } & Wish) => void,
  problem: Signal<Problem | null>,
  unanswered: (wish: Wish) => void,
): Replay {
  let id = 0;
  let underWay: number | null = null;
  let next: Wish | null = null;
  let patience: ReturnType<typeof setTimeout> | undefined;

  function request(wish: Wish): void {
    next = joined(next, wish);
    if (underWay === null) sendNext();
  }

  function sendNext(): void {
    if (next === null) return;
    underWay = ++id;
    const wish = next;
    next = null;
    clearTimeout(patience);
    // A kernel that has died never answers, one that was restarted may: the next move of a slider asks again.
    const giveUp = (why: Problem) => {
      problem.value = why;
      underWay = null;
      unanswered(joined(wish, next ?? {}));
    };
    try {
      send({ kind: "replay", id, ...wish });
      patience = setTimeout(() => giveUp(NO_ANSWER), PATIENCE_MILLISECONDS);
    } catch {
      giveUp(GONE);
    }
  }

  function answer(content: unknown): void {
    const message = content as { kind?: string; id?: number; text?: string; line?: number | null };
    if ((message.kind !== "replayed" && message.kind !== "problem") || message.id !== id) return;
    clearTimeout(patience);
    underWay = null;
    problem.value = message.kind === "problem" ? { text: message.text ?? "", line: message.line ?? null } : null;
    sendNext();
  }

  return { request, answer, stop: () => clearTimeout(patience) };
}

/** The later wish counts; inputs that it does not name stay as the earlier one had them. */
export const joined = (earlier: Wish | null, later: Wish): Wish =>
  earlier?.inputs && later.inputs
    ? { ...earlier, ...later, inputs: { ...earlier.inputs, ...later.inputs } }
    : { ...earlier, ...later };
