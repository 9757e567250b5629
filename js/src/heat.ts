// Arrays as small pictures: one rectangle for each number, coloured by sign and size. Drawn as SVG paths, one for each
// shade, so that they change with the theme and a picture of a thousand numbers is a handful of elements.
import { s } from "./dom.ts";
import { STRONGEST, strength } from "./signed.ts";

/** Shades of each sign. More cannot be told apart at this size. */
const SHADES = 8;

/** Where a number has less room, no dash says that it is negative. */
const LEAST_SIGNED = 2.4;

export interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly at: (row: number, column: number) => number;
}

/** An array of any shape as rows and columns: the last axis runs to the right. */
export function gridOf(numbers: Float64Array, shape: readonly number[]): Grid {
  const columns = shape.length === 0 ? 1 : (shape.at(-1) ?? 1);
  const rows = columns === 0 ? 0 : Math.round(numbers.length / columns);
  return { rows, columns, at: (row, column) => numbers[row * columns + column] ?? Number.NaN };
}

/** The same with at most so many rows and columns; each number stands for the largest of its patch. */
export function coarser(grid: Grid, mostRows: number, mostColumns: number): Grid {
  const rows = Math.min(grid.rows, mostRows);
  const columns = Math.min(grid.columns, mostColumns);
  if (rows === grid.rows && columns === grid.columns) return grid;
  const numbers = new Float64Array(rows * columns);
  for (let i = 0; i < grid.rows; i++) {
    for (let j = 0; j < grid.columns; j++) {
      const place = Math.floor((i * rows) / grid.rows) * columns + Math.floor((j * columns) / grid.columns);
      const x = grid.at(i, j);
      if (Number.isNaN(x) || Math.abs(x) > Math.abs(numbers[place] ?? 0)) numbers[place] = x;
    }
  }
  return { rows, columns, at: (row, column) => numbers[row * columns + column] ?? Number.NaN };
}

/** The picture in a box, with a dash on what is negative: colour is not all that says so. `largest` sets the scale. */
export function heat(
  grid: Grid,
  box: { x: number; y: number; width: number; height: number },
  largest: number,
): SVGGElement {
  const paths = new Map<string, string>();
  let signs = "";
  const [w, h] = [box.width / Math.max(grid.columns, 1), box.height / Math.max(grid.rows, 1)];
  for (let i = 0; i < grid.rows; i++) {
    for (let j = 0; j < grid.columns; j++) {
      const shade = shadeOf(grid.at(i, j), largest);
      if (shade === null) continue;
      const place = `M${round(box.x + j * w)} ${round(box.y + i * h)}h${round(w)}v${round(h)}h${round(-w)}z`;
      paths.set(shade, (paths.get(shade) ?? "") + place);
      if (shade.startsWith("-") && Math.min(w, h) >= LEAST_SIGNED)
        signs += `M${round(box.x + (j + 0.25) * w)} ${round(box.y + (i + 0.5) * h)}h${round(w / 2)}`;
    }
  }
  const picture = s("g", { class: "lv-heat", "shape-rendering": "crispEdges" });
  for (const [shade, d] of paths) {
    const path = s("path", { d });
    if (shade === "nonfinite") path.classList.add("lv-fill-nonfinite");
    else {
      path.classList.add(shade.startsWith("+") ? "lv-fill-plus" : "lv-fill-minus");
      path.style.setProperty("--lv-strength", `${shade.slice(1)}%`);
    }
    picture.append(path);
  }
  if (signs !== "") picture.append(s("path", { class: "lv-heat-signs", d: signs }));
  picture.append(s("rect", { ...box, class: "lv-heat-frame" }));
  return picture;
}

function shadeOf(x: number, largest: number): string | null {
  if (!Number.isFinite(x)) return "nonfinite";
  if (x === 0) return null;
  const shade = Math.max(Math.round((SHADES * strength(x, largest)) / STRONGEST), 1);
  return `${x > 0 ? "+" : "-"}${((100 * STRONGEST * shade) / SHADES).toFixed(0)}`;
}

const round = (x: number): number => Math.round(x * 100) / 100;
