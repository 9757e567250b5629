// Asking Python to run the program otherwise: one request at a time, what was wished for meanwhile next.
import type { Signal } from "@preact/signals-core";
import type { Problem, Wish } from "./state.ts";

/** How long an answer may take before the page does what it can itself. */
const PATIENCE_MILLISECONDS = 4000;
/** How long before a request counts as lost on its way: a kernel that is only slow must not be sent one after the other. */
const LOST_MILLISECONDS = 60_000;

const NO_ANSWER = "No answer from the kernel yet";
const GONE = "The kernel that made this is gone";

export interface Replay {
  request(wish: Wish): void;
  answer(content: unknown): void;
  stop(): void;
}

export function createReplay(
  send: (message: { kind: "replay"; id: number } & Wish) => void,
  problem: Signal<Problem | null>,
  /** What the page does in the kernel's place; whether it could. What it could not it has said. */
  unanswered: (wish: Wish) => boolean,
): Replay {
  let id = 0;
  let underWay: { readonly wish: Wish; readonly lostAt: number } | null = null;
  let overdue = false;
  let next: Wish | null = null;
  let patience: ReturnType<typeof setTimeout> | undefined;

  function request(wish: Wish): void {
    next = joined(next, wish);
    if (underWay === null || performance.now() >= underWay.lostAt) sendNext();
    else if (overdue) manage(underWay.wish, NO_ANSWER, "stepping still works");
  }

  function sendNext(): void {
    if (next === null) return;
    const wish = next;
    next = null;
    overdue = false;
    clearTimeout(patience);
    try {
      send({ kind: "replay", id: ++id, ...wish });
      underWay = { wish, lostAt: performance.now() + LOST_MILLISECONDS };
      patience = setTimeout(() => {
        overdue = true;
        manage(wish, NO_ANSWER, "stepping still works");
      }, PATIENCE_MILLISECONDS);
    } catch {
      underWay = null;
      manage(wish, GONE, "stepping still works. Run its cell again for this");
    }
  }

  /** Whoever moves a slider sees it moved: where the page can, it does what the kernel does not. */
  function manage(wish: Wish, why: string, otherwise: string): void {
    problem.value = null;
    const done = unanswered(joined(wish, next ?? {}));
    problem.value ??= { text: `${why}; ${done ? "the page computed this itself" : otherwise}.`, line: null };
  }

  function answer(content: unknown): void {
    const message = content as { kind?: string; id?: number; text?: string; line?: number | null };
    if (!["replayed", "problem", "interrupted"].includes(message.kind ?? "") || message.id !== id) return;
    clearTimeout(patience);
    underWay = null;
    overdue = false;
    problem.value = message.kind === "replayed" ? null : { text: message.text ?? "", line: message.line ?? null };
    // Whoever interrupts means to stop, and not to have the next begun.
    if (message.kind === "interrupted") next = null;
    sendNext();
  }

  return { request, answer, stop: () => clearTimeout(patience) };
}

/** The later wish counts; inputs that it does not name stay as the earlier one had them. */
export const joined = (earlier: Wish | null, later: Wish): Wish =>
  earlier?.inputs && later.inputs
    ? { ...earlier, ...later, inputs: { ...earlier.inputs, ...later.inputs } }
    : { ...earlier, ...later };
