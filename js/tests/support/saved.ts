// A saved page, without a kernel, of a scene that Python wrote.
import { signal } from "@preact/signals-core";
import { expect, vi } from "vitest";
import { mount } from "../../src/app.ts";
import { pageKernel } from "../../src/pagekernel.ts";
import { decodeScene, type Scene } from "../../src/scene.ts";
import { type Problem, type Shared, switches } from "../../src/state.ts";

const ends: (() => void)[] = [];

/** Take everything away again. */
export function leave(): void {
  for (const end of ends.splice(0)) end();
  document.body.removeAttribute("style");
}

export const load = async (name: string): Promise<Scene> => {
  const answer = await fetch(new URL(`../fixtures/${name}.scene`, import.meta.url));
  return decodeScene(await answer.arrayBuffer());
};

/** A saved page, at its end. */
export async function show(recorded: Scene, traits: Partial<Shared> = {}): Promise<Shared> {
  const scene = signal(recorded);
  const problem = signal<Problem | null>(null);
  const shared: Shared = {
    ...switches(),
    scene,
    step: signal(recorded.steps.length),
    playing: signal(false),
    speed: signal(1),
    pinned: signal(null),
    problem,
    kernel: pageKernel(scene, problem),
    ...traits,
  };
  const el = document.createElement("div");
  document.body.append(el);
  const controller = new AbortController();
  mount(el, shared, controller.signal);
  ends.push(() => {
    controller.abort();
    el.remove();
  });
  await vi.waitFor(() => expect(el.querySelector(".lv-footer")).not.toBeNull());
  return shared;
}
