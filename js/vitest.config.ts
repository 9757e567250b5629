// Two kinds of tests: tests/**/*.test.ts in Node, tests/**/*.browser.test.ts in Chromium.
import { readFile } from "node:fs/promises";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type Plugin } from "vitest/config";
import { commands } from "./tests/support/commands.ts";

/** Fonts as bytes, as esbuild's `binary` loader gives them (build.mjs). */
const fontsAsBytes: Plugin = {
  name: "fonts-as-bytes",
  enforce: "pre",
  async load(id) {
    if (!id.endsWith(".woff2")) return null;
    const base64 = (await readFile(id)).toString("base64");
    return `export default Uint8Array.from(atob("${base64}"), (c) => c.charCodeAt(0));`;
  },
};

// `python -m tests.support.chromium` finds one and says where; without it Playwright looks for its own.
const executablePath = process.env.LAGVIZ_CHROMIUM;

export default defineConfig({
  plugins: [fontsAsBytes],
  // The definition of a scene is shared with Python, and lies there.
  server: { fs: { allow: [".."] } },
  test: {
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          environment: "node",
          // A limit for what hangs; a busy machine takes its time.
          testTimeout: 60_000,
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/**/*.browser.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          testTimeout: 60_000,
          include: ["tests/**/*.browser.test.ts"],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(executablePath ? { executablePath } : {}),
                args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
              },
              contextOptions: { reducedMotion: "reduce", deviceScaleFactor: 1 },
            }),
            commands,
            expect: {
              toMatchScreenshot: {
                resolveScreenshotPath: ({ root, testFileDirectory, arg, ext }) =>
                  `${root}/${testFileDirectory}/pictures/${arg}${ext}`,
              },
            },
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
