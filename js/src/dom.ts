// Making elements. Attributes are set one by one and styles through CSSOM, as a strict content security policy asks.
export type Child = Node | string | null | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

const SVG = "http://www.w3.org/2000/svg";

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fillElement(document.createElement(tag), attributes, children);
}

export function s<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fillElement(document.createElementNS(SVG, tag), attributes, children);
}

function fillElement<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(
    ...children.filter((child): child is Node | string => child instanceof Node || typeof child === "string"),
  );
  return element;
}

/** false, null and undefined leave the attribute out; true writes it empty. */
export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | null | undefined,
): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Listen until the signal ends it. */
export function on<Name extends keyof HTMLElementEventMap>(
  element: EventTarget,
  name: Name,
  signal: AbortSignal,
  listener: (event: HTMLElementEventMap[Name]) => void,
  options: AddEventListenerOptions = {},
): void {
  element.addEventListener(name, listener as EventListener, { ...options, signal });
}

/** Pixels at the default text size → pixels at the reader's. */
export const textScale = (element: Element): number => Number.parseFloat(getComputedStyle(element).fontSize) / 14;

/** What has the focus, in the document or shadow tree that an element is in. */
export const focusedIn = (element: Element): Element | null =>
  (element.getRootNode() as Document | ShadowRoot).activeElement;

/** Whether the focus is on an element or in it. */
export const hasFocus = (element: Element): boolean => element.contains(focusedIn(element));

/** The element around another, and around the shadow tree that it is in. */
export function parentAcrossShadow(element: Element): Element | null {
  if (element.parentElement !== null) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}
