// Builds the two entrances, src/widget.ts and src/page.ts, into lagviz/view/static. `--watch` goes on building.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * KaTeX's style sheet, made fit for a page that is not ours alone: its fonts are loaded by script (a shadow root ignores
 * `@font-face`, and they would be in the bundle twice), and what is left holds inside `.lagviz` only.
 */
const katexStyle = {
  name: "katex-style",
  setup(build) {
    build.onLoad({ filter: /katex(\.min)?\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      return { contents: `.lagviz{${css.replace(/@font-face\s*\{[^}]*\}/g, "")}}`, loader: "css" };
    });
  },
};

/** The licences of what is bundled go where the bundle goes; they ask for no less. */
const licences = {
  name: "licences",
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(async ({ metafile, errors }) => {
      if (errors.length > 0) return;
      const bundled = Object.keys(metafile.inputs).flatMap(
        (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
      );
      const texts = [...new Set(bundled)]
        .sort()
        .map(async (name) => `${name}\n\n${await readFile(here(`node_modules/${name}/LICENSE`), "utf8")}`);
      await writeFile(here("../lagviz/view/static/licences.txt"), (await Promise.all(texts)).join("\n\n"));
    });
  },
};

const options = {
  entryPoints: [here("src/widget.ts"), here("src/page.ts")],
  outdir: here("../lagviz/view/static"),
  absWorkingDir: here("."),
  bundle: true,
  format: "esm",
  minify: true,
  // Baseline of 2023; nesting in style sheets is written out.
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  loader: { ".woff2": "binary" },
  legalComments: "none", // in licences.txt, whole
  charset: "utf8", // Greek letters stay letters; both places that load the bundle read it as UTF-8
  logLevel: "info",
  plugins: [katexStyle, licences],
};

// Watching builds the same as building: what lies there afterwards is what people get.
if (process.argv.includes("--watch")) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}
