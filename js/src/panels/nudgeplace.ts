// Where the +ε handle of a card stands, and what it answers: beside the price, and never over the numbers it is compared with. Pure.
import { type Box, leastCovering, overlap } from "./edges.ts";

const HANDLE = { width: 25, height: 20 };
const ANSWER = { width: 158, height: 48 };
/** Between a card and its answer, and from one place that is tried to the next. */
const APART = 6;
const STRIDE = 6;

/** `cards` have the numbers of others; `others` are edges, labels and marks. */
export function nudgePlace(
  cards: readonly Box[],
  others: readonly Box[],
  room: Box,
  i: number,
): { handle: Box; answer: Box } | undefined {
  const card = cards[i];
  if (card === undefined) return undefined;
  const [right, bottom] = [card.x + card.width, card.y + card.height];
  const handles = [
    { x: right + 1.5, y: bottom - 25 },
    { x: right - HANDLE.width, y: bottom + 4 },
    { x: card.x, y: bottom + 4 },
    { x: card.x - HANDLE.width - 2, y: bottom - 17 },
  ].map((place) => ({ ...place, ...HANDLE }));
  const handle = leastCovering(handles, [...cards, ...others], room);
  const clear = answersAround(card).filter((place) => overlap(place, card) + overlap(place, handle) === 0);
  const inside = clear.filter((place) => overlap(place, room) === ANSWER.width * ANSWER.height);
  const places = inside.length > 0 ? inside : clear;
  const cardsUnder = places.map((place) => cards.filter((other) => overlap(place, other) > 0).length);
  const fewest = Math.min(...cardsUnder);
  const best = places.filter((_, p) => cardsUnder[p] === fewest);
  return { handle, answer: leastCovering(best, [...cards, ...others], room) };
}

/** All around a card; the places beside its price first. */
function answersAround({ x, y, width, height }: Box): Box[] {
  const [right, bottom] = [x + width, y + height];
  const down = steps(y - ANSWER.height, bottom, bottom - 40);
  const across = steps(x - ANSWER.width, right, x + (width - ANSWER.width) / 2);
  return [
    ...down.flatMap((top) =>
      [right + HANDLE.width + APART, right + APART, x - ANSWER.width - APART].map((left) => ({ x: left, y: top })),
    ),
    ...across.flatMap((left) => [bottom + APART, y - ANSWER.height - APART].map((top) => ({ x: left, y: top }))),
  ].map((place) => ({ ...place, ...ANSWER }));
}

/** From one end to the other, those near a favourite first. */
function steps(from: number, to: number, favourite: number): number[] {
  const all = Array.from({ length: Math.floor((to - from) / STRIDE) + 1 }, (_, k) => from + k * STRIDE);
  return [favourite, ...all.sort((a, b) => Math.abs(a - favourite) - Math.abs(b - favourite))];
}
