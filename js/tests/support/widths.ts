// Fonts differ from machine to machine. Here every letter is equally wide, so that layouts are the same.
import { vi } from "vitest";

/** Until mocks are restored. */
export function sameWidths(): void {
  vi.spyOn(CanvasRenderingContext2D.prototype, "measureText").mockImplementation(
    (text) => ({ width: 55 * text.length }) as TextMetrics,
  );
}
