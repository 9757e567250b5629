/** Two frames: a panel's size is known in the first, and what follows from it is drawn in the second. */
export const settled = (): Promise<void> =>
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
