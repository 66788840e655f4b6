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
    else element.setAttribute(name, value);
  }
}

export function write(element, text) {
  if (element.written === text) return;
  element.written = text;
  element.textContent = text;
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

// Keys that the page around (a notebook, a slide deck) must not act upon as well.
export const KEYS_ARE_MINE = { "data-lm-suppress-shortcuts": "true" };
