// The widget's entrance: what anywidget calls. One state for each model, however many displays it has.
import type { InitializeProps, RenderProps } from "@anywidget/types";
import { mount, showError } from "./app.ts";
import { shareModel, type Traits } from "./model.ts";
import type { Shared } from "./state.ts";

// A function, so that anywidget makes one of these for each model: the models it hands to `initialize` and to `render`
// are different wrappers of the same one, and cannot be recognised by identity.
const widget = () => {
  let shared: Shared | null = null;
  let failure: unknown = new Error("This widget was not set up; run its cell again.");

  return {
    // Synchronous: whatever Python changes while an asynchronous one is waited for can be lost.
    initialize({ model }: InitializeProps<Traits>): () => void {
      const controller = new AbortController();
      try {
        shared = shareModel(model, controller.signal);
      } catch (error) {
        failure = error;
      }
      return () => controller.abort();
    },

    render({ el }: RenderProps<Traits>): () => void {
      const controller = new AbortController();
      try {
        if (shared === null) throw failure;
        mount(el, shared, controller.signal);
      } catch (error) {
        showError(el, error);
      }
      return () => controller.abort();
    },
  };
};

export default widget;
