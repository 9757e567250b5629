// The widget's entrance: what anywidget calls. One state for each model, however many displays it has.
import type { InitializeProps, RenderProps } from "@anywidget/types";
import { mount, showError } from "./app.ts";
import { type Model, shareModel, type Traits } from "./model.ts";
import type { Shared } from "./state.ts";

type Outcome = { readonly shared: Shared } | { readonly error: unknown };

const outcomes = new WeakMap<Model, Outcome>();

function share(model: Model, end: AbortSignal): Outcome {
  try {
    return { shared: shareModel(model, end) };
  } catch (error) {
    return { error };
  }
}

export default {
  // Synchronous: whatever Python changes while an asynchronous one is waited for can be lost.
  initialize({ model }: InitializeProps<Traits>): () => void {
    const controller = new AbortController();
    outcomes.set(model, share(model, controller.signal));
    return () => controller.abort();
  },

  render({ model, el }: RenderProps<Traits>): () => void {
    const controller = new AbortController();
    try {
      const outcome = outcomes.get(model) ?? { error: new Error("This widget was not set up; run its cell again.") };
      if ("error" in outcome) throw outcome.error;
      mount(el, outcome.shared, controller.signal);
    } catch (error) {
      showError(el, error);
    }
    return () => controller.abort();
  },
};
