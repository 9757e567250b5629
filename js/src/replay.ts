// Asking Python to record anew on other inputs: one request at a time, what was moved meanwhile next.
import type { Signal } from "@preact/signals-core";
import type { Problem } from "./state.ts";

const PATIENCE_MILLISECONDS = 4000;
const NO_ANSWER: Problem = { text: "No answer from the kernel yet; stepping still works.", line: null };

type Inputs = Readonly<Record<string, number>>;

export interface Replay {
  request(inputs: Inputs): void;
  answer(content: unknown): void;
  stop(): void;
}

export function createReplay(
  send: (message: { kind: "replay"; id: number; inputs: Inputs }) => void,
  problem: Signal<Problem | null>,
): Replay {
  let id = 0;
  let underWay: number | null = null;
  let next: Inputs | null = null;
  let patience: ReturnType<typeof setTimeout> | undefined;

  function request(inputs: Inputs): void {
    next = { ...next, ...inputs };
    if (underWay === null) sendNext();
  }

  function sendNext(): void {
    if (next === null) return;
    underWay = ++id;
    send({ kind: "replay", id, inputs: next });
    next = null;
    clearTimeout(patience);
    patience = setTimeout(() => {
      problem.value = NO_ANSWER;
      // A kernel that has died never answers, one that was restarted may: the next move of a slider asks again.
      underWay = null;
    }, PATIENCE_MILLISECONDS);
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
