// The saved page's entrance: the same front end with the scene in the page and no kernel.
import "./styles/page.css";
import { signal } from "@preact/signals-core";
import { mount, showError } from "./app.ts";
import { keepPlaying } from "./play.ts";
import { decodeScene } from "./scene.ts";
import type { Shared } from "./state.ts";

function start(el: HTMLElement): void {
  const text = document.getElementById("lagviz-scene")?.textContent ?? "";
  const scene = decodeScene(Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0)));
  const end = new AbortController();
  const recorded = scene.steps.filter((step) => step.phase === "record").length;
  const shared: Shared = {
    scene: signal(scene),
    step: signal(recorded),
    playing: signal(false),
    speed: signal(1),
    pinned: signal(null),
    problem: signal(null),
    kernel: null,
  };
  keepPlaying(shared, end.signal);
  mount(el, shared, end.signal);
}

const el = document.getElementById("lagviz") ?? document.body;
try {
  start(el);
} catch (error) {
  showError(el, error);
}
