// A model as anywidget gives one, with a kernel behind it that records the 1-1-1 network anew.
import type { Model, Traits } from "../../src/model.ts";
import { EXAMPLE_INPUTS, oneOneOne } from "./oneoneone.ts";

type Inputs = typeof EXAMPLE_INPUTS;
type Listener = (content?: unknown) => void;
interface Replay {
  kind: "replay";
  id: number;
  inputs: Partial<Inputs>;
}

export class FakeModel {
  /** As JupyterLab's: what it says of the kernel is all the page looks at. */
  readonly widget_manager: { kernel: { isDisposed: boolean } | null } = { kernel: { isDisposed: false } };
  readonly sent: Replay[] = [];
  readonly saved: Partial<Traits>[] = [];
  readonly #listeners = new Map<string, Set<Listener>>();
  #changed: Partial<Traits> = {};
  #traits: Traits;

  constructor(traits: Partial<Traits> = {}) {
    this.#traits = {
      _scene: new DataView(oneOneOne().buffer),
      step: 6,
      playing: false,
      speed: 1,
      selection: null,
      as_a: false,
      broken: false,
      sizes: false,
      projector: false,
      indices: false,
      descent: false,
      predict: false,
      order: [],
      tied: [],
      ...traits,
    };
  }

  get<Name extends keyof Traits>(name: Name): Traits[Name] {
    return this.#traits[name];
  }

  set<Name extends keyof Traits>(name: Name, value: Traits[Name]): void {
    if (this.#traits[name] === value) return;
    this.#traits = { ...this.#traits, [name]: value };
    this.#changed = { ...this.#changed, [name]: value };
    this.#tell(`change:${name}`);
  }

  /** As one message from Python: all is set before any of it is told. */
  setTogether(traits: Partial<Traits>): void {
    this.#traits = { ...this.#traits, ...traits };
    for (const name of Object.keys(traits)) this.#tell(`change:${name}`);
  }

  save_changes(): void {
    this.saved.push(this.#changed);
    this.#changed = {};
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  send(message: Replay): void {
    this.sent.push(message);
  }

  /** What Python does about the last request. */
  answer(problem?: { kind?: "interrupted"; text: string; line: number | null }): void {
    const request = this.sent.at(-1);
    if (request === undefined) throw new Error("nothing was asked");
    if (problem === undefined)
      this.set("_scene", new DataView(oneOneOne({ ...EXAMPLE_INPUTS, ...request.inputs }).buffer));
    this.#tell(
      "msg:custom",
      problem ? { kind: "problem", id: request.id, ...problem } : { kind: "replayed", id: request.id },
    );
  }

  get listeners(): number {
    return [...this.#listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }

  /** As anywidget hands it over: another wrapper at each call. */
  asModel(): Model {
    return {
      get: this.get.bind(this),
      set: this.set.bind(this),
      save_changes: this.save_changes.bind(this),
      on: this.on.bind(this),
      off: this.off.bind(this),
      send: this.send.bind(this),
      widget_manager: this.widget_manager,
    } as unknown as Model;
  }

  #tell(event: string, content?: unknown): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(content);
  }
}

export { EXAMPLE_INPUTS };
