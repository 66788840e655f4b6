// Making and changing elements of HTML and SVG.

const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  set(element, attributes);
  element.append(...children);
  return element;
}

export const html = (tag, attributes = {}, ...children) =>
  filled(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  filled(document.createElementNS(SVG, tag), attributes, children);

// Set attributes; null removes one. What it has set before it does not set again: to write costs a
// layout, and to look first costs as much as to write.
export function set(element, attributes) {
  const known = (element.known ??= {});
  for (const [name, value] of Object.entries(attributes)) {
    if (known[name] === value) continue;
    known[name] = value;
    if (value === null) element.removeAttribute(name);
    else if (name === "style")
      element.style.cssText = value; // a page may refuse the attribute
    else element.setAttribute(name, value);
  }
}

export function write(element, text) {
  if (element.written === text) return;
  element.written = text;
  element.textContent = text;
}

// A paragraph that keeps the room that its longest text would take, or, where none is told, that of
// the longest so far: nothing below it moves up and down.
export function paragraph(kind, attributes = {}) {
  const text = html("span");
  const node = html("p", { class: kind, ...attributes }, text);
  let room = "";
  return {
    node,
    show(words, longest = room) {
      room = longest.length > words.length ? longest : words;
      write(text, words);
      set(node, { "data-room": room });
    },
  };
}

// A line of text in a picture.
export function label(x, y, text, kind) {
  const node = svg("text", { class: kind, x, y });
  write(node, text);
  return node;
}

// Where a pointer is, in the units of the picture's viewBox.
export function positionIn(picture, event) {
  const inverse = picture.getScreenCTM().inverse();
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(inverse);
}

// What can be pointed at or focused: `tell` hears of the place, and of null when it is left.
export function pointable(element, place, tell) {
  for (const event of ["pointerenter", "focus"]) element.addEventListener(event, () => tell(place));
  for (const event of ["pointerleave", "blur"]) element.addEventListener(event, () => tell(null));
}

// An object with the same keys, each value changed.
export const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

// An id that no other element of the page has.
export const newId = () => `softmax-explorer-${Math.random().toString(36).slice(2)}`;

// Keys that the page around (a notebook, a slide deck) must not act upon as well.
export const KEYS_ARE_MINE = { "data-lm-suppress-shortcuts": "true" };
