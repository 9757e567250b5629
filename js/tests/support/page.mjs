// Writes a saved page from the built bundle, to look at: node tests/support/page.mjs FILE.html [SCENE]
// Without a SCENE (a file of packed bytes) it is the 1-1-1 network. The policy is the one that saved pages have.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

async function exampleScene() {
  const { outputFiles } = await build({
    entryPoints: [here("oneoneone.ts")],
    bundle: true,
    format: "esm",
    write: false,
  });
  const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);
  return module.oneOneOne();
}

const [target, scene] = process.argv.slice(2);
const bytes = scene ? await readFile(scene) : await exampleScene();
const [script, style] = await Promise.all(
  ["page.js", "page.css"].map((name) => readFile(here(`../../../lagviz/view/static/${name}`), "utf8")),
);
const policy =
  `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data: blob:; font-src data: blob:; ` +
  "base-uri 'none'; form-action 'none'";
await writeFile(
  target,
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">` +
    `<meta name="viewport" content="width=device-width"><title>lagviz</title><style>${style}</style></head>` +
    `<body><main id="lagviz"></main><script type="application/octet-stream" id="lagviz-scene">${Buffer.from(bytes).toString("base64")}</script>` +
    `<script type="module">${script}</script></body></html>`,
);
