// Playing: one timer for each widget, so that two displays of it stay in step.
import { effect } from "@preact/signals-core";
import type { Shared } from "./state.ts";

export const SPEEDS = [0.5, 1, 2, 4] as const;

export const speedText = (speed: number): string => `${String(speed).replace("0.5", "½")}×`;

/** How long a step stays at speed 1: time to read its sentence's first half, and to see what moved. */
const STEP_MILLISECONDS = 1600;

export function keepPlaying(shared: Shared, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    clearTimeout(timer);
    if (!shared.playing.value) return;
    const steps = shared.scene.value.steps.length;
    if (shared.step.value >= steps) {
      shared.playing.value = false;
      return;
    }
    timer = setTimeout(() => {
      shared.step.value = Math.min(shared.step.peek() + 1, steps);
    }, STEP_MILLISECONDS / shared.speed.value);
  });
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    stop();
  });
}

/** Play or pause; at the end it starts over. */
export function togglePlaying(shared: Shared): void {
  if (!shared.playing.value && shared.step.value >= shared.scene.value.steps.length) shared.step.value = 0;
  shared.playing.value = !shared.playing.value;
}

export function changeSpeed(shared: Shared, direction: 1 | -1): void {
  const now = SPEEDS.findIndex((speed) => speed >= shared.speed.value);
  const next = SPEEDS[Math.min(Math.max((now < 0 ? SPEEDS.length - 1 : now) + direction, 0), SPEEDS.length - 1)];
  shared.speed.value = next ?? 1;
}
