// Effects that end with their panel, and whose failure is drawn in the panel instead of emptying it.
import { computed, effect, type ReadonlySignal } from "@preact/signals-core";
import { h } from "./dom.ts";

/** Run now and whenever a signal it read changes. An error is shown in `el`, in words; the rest of the widget goes on. */
export function whenever(el: HTMLElement, signal: AbortSignal, run: () => void): void {
  let alert: HTMLElement | null = null;
  const stop = effect(() => {
    try {
      run();
      alert?.remove();
      alert = null;
    } catch (error) {
      const text = `This part could not be drawn: ${error instanceof Error ? error.message : String(error)}`;
      alert ??= el.querySelector<HTMLElement>(":scope > .lv-alert") ?? h("p", { class: "lv-alert", role: "alert" });
      alert.textContent = text;
      el.append(alert);
    }
  });
  signal.addEventListener("abort", stop);
}

/**
 * What is built once for a scene, and brought up to each step by effects that read it. Being read, it is always built
 * before it is updated; two effects in a row would run in any order.
 */
export const built = <T>(build: () => T): ReadonlySignal<T> => computed(build);
