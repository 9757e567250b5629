// Codes of the columns event_kind and event_what, as the scene has them (lagviz/view/scene.json).

/** What happens. */
export const READ = 0;
export const WRITE = 1;
export const DROP = 2;

/** To what. */
export const MATRIX = 0;
export const RHS = 1;
export const MULTIPLIER = 2;
export const VALUE = 3;
