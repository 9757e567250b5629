// Effects that end with their panel, and whose failure is drawn in the panel instead of emptying it.
import { effect } from "@preact/signals-core";
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
      if (alert === null) {
        alert = h("p", { class: "lv-alert", role: "alert" });
        el.append(alert);
      }
      alert.textContent = text;
    }
  });
  signal.addEventListener("abort", stop);
}
