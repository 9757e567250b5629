// What only the program that drives the browser can do, for tests that run in the page.
import type { BrowserCommand } from "vitest/node";

/** What a screen reader is given, as Playwright writes it. */
const ariaSnapshot: BrowserCommand<[selector: string]> = ({ iframe }, selector) =>
  iframe.locator(selector).ariaSnapshot();

export const commands = { ariaSnapshot };

declare module "vitest/browser" {
  interface BrowserCommands {
    ariaSnapshot: (selector: string) => Promise<string>;
  }
}
