// A saved page, without a kernel, of a scene that Python wrote.
import { signal } from "@preact/signals-core";
import { expect, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { mount } from "../../src/app.ts";
import { pageKernel } from "../../src/pagekernel.ts";
import { NO_ATTEMPTS } from "../../src/predict/asking.ts";
import { decodeScene, type Scene } from "../../src/scene.ts";
import { type Problem, type Shared, switches } from "../../src/state.ts";

const ends: (() => void)[] = [];

/** Take everything away again. */
export function leave(): void {
  for (const end of ends.splice(0)) end();
  document.body.removeAttribute("style");
}

const fixture = (name: string): Promise<Response> =>
  fetch(new URL(/* @vite-ignore */ `../fixtures/${name}`, import.meta.url));

export const load = async (name: string): Promise<Scene> =>
  decodeScene(await (await fixture(`${name}.scene`)).arrayBuffer());

/** The programs of the gallery, also taken apart into their numbers as NAME-scalars; `gallery/NAME` is the scene of one. */
export const galleryNames = async (): Promise<string[]> => (await fixture("gallery.json")).json();

/** A saved page, at its end, or a part of a page. */
export async function show(
  recorded: Scene,
  traits: Partial<Shared> = {},
  around: HTMLElement = document.body,
): Promise<Shared> {
  await userEvent.hover(document.documentElement, { position: { x: 0, y: 0 } });
  const scene = signal(recorded);
  const problem = signal<Problem | null>(null);
  const step = signal(recorded.steps.length);
  const shared: Shared = {
    ...switches(),
    scene,
    step,
    playing: signal(false),
    speed: signal(1),
    pinned: signal(null),
    problem,
    attempts: signal(NO_ATTEMPTS),
    kernel: pageKernel(scene, step, problem),
    ...traits,
  };
  const el = document.createElement("div");
  around.append(el);
  const controller = new AbortController();
  mount(el, shared, controller.signal);
  ends.push(() => {
    controller.abort();
    el.remove();
  });
  await vi.waitFor(() => expect(el.querySelector(".lv-footer")).not.toBeNull());
  return shared;
}
