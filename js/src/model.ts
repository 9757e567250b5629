// The bond between the page's state and Python's traits: what anywidget's model holds is mirrored in signals.
import type { AnyModel } from "@anywidget/types";
import { batch, effect, type Signal, signal } from "@preact/signals-core";
import { pageKernel } from "./pagekernel.ts";
import { keepPlaying } from "./play.ts";
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
  order: readonly number[];
  tied: readonly string[];
}

const MEANWHILE: Problem = { text: "No answer from the kernel yet; the page computed this itself.", line: null };

export type Model = AnyModel<Traits>;

/** Mirror a model. The trait phase is not among it: it follows the step in Python. Throws, in words, when its scene cannot be read. */
export function shareModel(model: Model, signalOfEnd: AbortSignal): Shared {
  const scene = signal(decodeScene(model.get("_scene")));
  // Not clamped here: it may come before the scene that it is a step of. `timeline.at` clamps what it is asked for.
  const step = mirror(model, "step", signalOfEnd);
  const problem = signal<Problem | null>(null);
  const pinned = mirror(model, "selection", signalOfEnd);
  const replay = createReplay(
    (message) => model.send(message),
    problem,
    (wish) => {
      // Whoever moves a slider sees it moved: where the page can, it does what the kernel does not.
      if (wish.method !== undefined || wish.unit !== undefined) return;
      pageKernel(scene, problem)?.ask(wish);
      problem.value ??= MEANWHILE;
    },
  );
  const shared: Shared = {
    scene,
    step,
    playing: mirror(model, "playing", signalOfEnd),
    speed: mirror(model, "speed", signalOfEnd),
    pinned,
    asA: mirror(model, "as_a", signalOfEnd),
    broken: mirror(model, "broken", signalOfEnd),
    sizes: mirror(model, "sizes", signalOfEnd),
    projector: mirror(model, "projector", signalOfEnd),
    indices: mirror(model, "indices", signalOfEnd),
    descent: mirror(model, "descent", signalOfEnd),
    order: mirror(model, "order", signalOfEnd),
    tied: mirror(model, "tied", signalOfEnd),
    problem,
    kernel: {
      ask: replay.request,
      questions: true,
      methods: true,
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

/** A signal and a trait that follow each other. */
function mirror<Name extends keyof Traits>(model: Model, name: Name, end: AbortSignal): Signal<Traits[Name]> {
  const copy = signal(model.get(name));
  listen(model, `change:${name}`, end, () => {
    copy.value = model.get(name);
  });
  const stop = effect(() => {
    if (model.get(name) === copy.value) return;
    model.set(name, copy.value);
    model.save_changes();
  });
  end.addEventListener("abort", stop);
  return copy;
}
