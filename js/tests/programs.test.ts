// Scenes that Python wrote of real programs: they are read, filled and played here, and say what Python says.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fillLatex } from "../src/latex.ts";
import { sentence } from "../src/panels/status.ts";
import { decodeScene } from "../src/scene.ts";
import { timeline } from "../src/timeline.ts";

const folder = new URL("./fixtures/", import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".scene"))
  .map((name) => name.replace(".scene", ""));
const load = (name: string) => decodeScene(readFileSync(new URL(`${name}.scene`, folder)));
const spoken: Record<string, string[]> = JSON.parse(readFileSync(new URL("spoken.json", folder), "utf8"));

// `python -m tests.view.write_fixtures` writes them; `make test` does.
describe.each(names)("%s", (name) => {
  const scene = load(name);
  const { at, steps, phases } = timeline(scene);
  const moments = Array.from({ length: steps + 1 }, (_, step) => at(step));

  test("no template is left unfilled", () => {
    for (const moment of moments) {
      expect(sentence(scene, moment)).not.toMatch(/[{}]/);
      expect(fillLatex(moment.happened?.latex ?? "", scene)).not.toMatch(
        /\{(name|equation|lambda|value|term|partial) /,
      );
    }
  });

  test("solve steps say what Python says", () => {
    const solving = moments.slice((phases.find(({ phase }) => phase === "solve")?.start ?? 0) + 1);
    expect(solving.map((moment) => sentence(scene, moment))).toEqual(spoken[name]);
  });

  test("everything is recorded before it is solved, and in the end all is", () => {
    expect(new Set(moments[0]?.states)).toEqual(new Set(["hidden"]));
    const recorded = moments[phases[0]?.count ?? 0];
    expect(recorded?.states).not.toContain("hidden");
    expect(recorded?.multipliers.map(({ look }) => look)).not.toContain("number");
    // Tangents give the multipliers of the inputs, and no others.
    const wanted = scene.nodes.map(({ kind }) => kind === "input" || scene.method !== "forward_substitution");
    const last = moments.at(-1)?.multipliers.filter((_, i) => wanted[i]) ?? [];
    expect(new Set(last.map(({ look }) => look))).toSatisfy(
      (looks: Set<string>) => !looks.has("unknown") && !looks.has("partial"),
    );
  });

  test("a step goes along a column just where the method does", () => {
    const columns = moments.filter(({ column }) => column).length;
    const single = moments.filter(({ phase, active }) => phase === "solve" && active.length === 1).length;
    const goes = ["column_sweep", "forward_substitution"].includes(scene.method) && scene.entries.length > 0;
    expect(columns).toBe(goes ? single : 0);
  });
});
