// At which size the graph is drawn, and how graph and system share the width they have together. Pure: numbers in, numbers out.

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What the system needs: where its cells can just be read, and where more width would make it no clearer. */
export interface Widths {
  readonly least: number;
  readonly wish: number;
}

/** Smaller than this text cannot be read, so it is moved rather than shrunk. */
export const LEAST_SCALE = 0.6;
/** What has to be moved anyway is shown larger than that, unless it is too wide. */
const MOVED_SCALE = 0.84;
/** Of the width of both the graph has this part where neither needs more. */
const GRAPH_PART = 31 / 72;
/** Narrower, what stands above the graph would not fit on a line. */
const LEAST_GRAPH = 395;

/** At which scale a picture is drawn: whole where it can be read, else a part of it. */
export function scaleIn(picture: Size, room: Size): number {
  const across = Math.min(room.width / picture.width, 1);
  const whole = Math.min(across, room.height / picture.height);
  return whole >= LEAST_SCALE ? whole : Math.max(Math.min(across, MOVED_SCALE), LEAST_SCALE);
}

/** The width of the graph, of what it has together with the system: what it can use, as far as the system can spare it. */
export function graphWidth(total: number, height: number, graph: Size, system: Widths): number {
  const useful = Math.ceil(graph.width * scaleIn(graph, { width: graph.width, height }));
  const usual = total * GRAPH_PART;
  const least = Math.max(Math.min(usual, total - system.wish), Math.min(LEAST_GRAPH, usual));
  const most = Math.max(total - system.least, usual);
  return Math.min(Math.max(useful, least), most);
}
