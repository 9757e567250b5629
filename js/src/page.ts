// The saved page's entrance: the same front end with the scene in the page and no kernel.
import "./styles/page.css";
import { signal } from "@preact/signals-core";
import { mount, showError } from "./app.ts";
import { pageKernel } from "./pagekernel.ts";
import { keepPlaying } from "./play.ts";
import { NO_ATTEMPTS } from "./predict/asking.ts";
import { decodeScene } from "./scene.ts";
import { type Problem, type Shared, switches } from "./state.ts";

function start(el: HTMLElement): void {
  const text = document.getElementById("lagviz-scene")?.textContent ?? "";
  const recorded = decodeScene(Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0)));
  const end = new AbortController();
  const scene = signal(recorded);
  const problem = signal<Problem | null>(null);
  const step = signal(recorded.steps.filter(({ phase }) => phase === "record").length);
  const shared: Shared = {
    ...switches(),
    predict: signal(el.dataset.predict !== undefined),
    scene,
    step,
    playing: signal(false),
    speed: signal(1),
    pinned: signal(null),
    problem,
    attempts: signal(NO_ATTEMPTS),
    kernel: pageKernel(scene, step, problem),
  };
  keepPlaying(shared, end.signal);
  mount(el, shared, end.signal);
  listenWhereNothingIsFocused(el);
}

/** A page is there to be stepped through: its keys, a presenter's clicker among them, work before anything is focused. */
function listenWhereNothingIsFocused(el: HTMLElement): void {
  document.addEventListener("keydown", (event) => {
    if (event.target !== document.body || event.ctrlKey || event.metaKey || event.altKey) return;
    const passedOn = new KeyboardEvent("keydown", event);
    el.querySelector(".lagviz")?.dispatchEvent(passedOn);
    if (passedOn.defaultPrevented) event.preventDefault();
  });
}

const el = document.getElementById("lagviz") ?? document.body;
try {
  start(el);
} catch (error) {
  showError(el, error);
}
