// The bond between the page's state and Python's traits: what anywidget's model holds is mirrored in signals.
import type { AnyModel } from "@anywidget/types";
import { batch, effect, type Signal, signal } from "@preact/signals-core";
import { kernelWatch } from "./host.ts";
import { pageKernel } from "./pagekernel.ts";
import { keepPlaying } from "./play.ts";
import { NO_ATTEMPTS } from "./predict/asking.ts";
import { createReplay } from "./replay.ts";
import { decodeScene, sameStructure } from "./scene.ts";
import type { Problem, Shared } from "./state.ts";

export interface Traits {
  _scene: DataView;
  step: number;
  playing: boolean;
  speed: number;
  selection: number | null;
  as_a: boolean;
  broken: boolean;
  sizes: boolean;
  projector: boolean;
  indices: boolean;
  descent: boolean;
  predict: boolean;
  order: readonly number[];
  tied: readonly string[];
}

export type Model = AnyModel<Traits>;

/** Mirror a model. The trait phase is not among it: it follows the step in Python. Throws, in words, when its scene cannot be read. */
export function shareModel(model: Model, signalOfEnd: AbortSignal): Shared {
  const scene = signal(decodeScene(model.get("_scene")));
  const mirror = mirrorOf(model, kernelWatch(model.widget_manager), signalOfEnd);
  // Not clamped here: it may come before the scene that it is a step of. `timeline.at` clamps what it is asked for.
  const step = mirror("step");
  const problem = signal<Problem | null>(null);
  const pinned = mirror("selection");
  const replay = createReplay(
    (message) => model.send(message),
    problem,
    (wish) => {
      const { inputs: _inputs, question: _question, ...others } = wish;
      const page = Object.keys(others).length === 0 ? pageKernel(scene, step, problem) : null;
      page?.ask(wish);
      return page !== null;
    },
  );
  const shared: Shared = {
    scene,
    step,
    playing: mirror("playing"),
    speed: mirror("speed"),
    pinned,
    asA: mirror("as_a"),
    broken: mirror("broken"),
    sizes: mirror("sizes"),
    projector: mirror("projector"),
    indices: mirror("indices"),
    descent: mirror("descent"),
    predict: mirror("predict"),
    order: mirror("order"),
    tied: mirror("tied"),
    problem,
    attempts: signal(NO_ATTEMPTS),
    kernel: {
      ask: replay.request,
      inputs: true,
      questions: true,
      methods: null,
      units: true,
    },
  };

  listen(model, "change:_scene", signalOfEnd, () => {
    try {
      const next = decodeScene(model.get("_scene"));
      const same = sameStructure(scene.peek(), next);
      batch(() => {
        scene.value = next;
        if (!same) pinned.value = null;
        // What Python changed together is set together: a step of the new scene must not be looked up in the old one.
        step.value = Math.min(model.get("step"), next.steps.length);
        problem.value = null;
      });
    } catch (error) {
      problem.value = { text: error instanceof Error ? error.message : String(error), line: null };
    }
  });
  listen(model, "msg:custom", signalOfEnd, replay.answer);
  signalOfEnd.addEventListener("abort", replay.stop);
  keepPlaying(shared, signalOfEnd);
  return shared;
}

function listen(model: Model, event: string, end: AbortSignal, callback: (content: unknown) => void): void {
  model.on(event, callback);
  end.addEventListener("abort", () => model.off(event, callback));
}

/** Makes signals that each follow a trait, and the trait them while there is a kernel to tell. */
function mirrorOf(model: Model, thereStill: () => boolean, end: AbortSignal) {
  return <Name extends keyof Traits>(name: Name): Signal<Traits[Name]> => {
    const copy = signal(model.get(name));
    listen(model, `change:${name}`, end, () => {
      copy.value = model.get(name);
    });
    const stop = effect(() => {
      if (model.get(name) === copy.value) return;
      model.set(name, copy.value);
      if (thereStill()) model.save_changes();
    });
    end.addEventListener("abort", stop);
    return copy;
  };
}
