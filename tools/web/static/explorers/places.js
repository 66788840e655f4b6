// Makes the explorers of a page as they come near the view. Until then, and for good where this may
// not run, a picture stands in the place of each (tools/web/explorers.py).

import { link, modelOf } from "../../../../softmax_lab/explorers/alone.js";
import { KINDS } from "./kinds.js";

const NEAR = "600px 0px"; // of the view
const models = {};

// All views of one model are of the same model here too.
export function modelCalled(id) {
  const state = `script.softmax-model[data-model="${CSS.escape(id)}"]`;
  return (models[id] ??= modelOf(JSON.parse(document.querySelector(state).textContent)));
}

// How high an explorer is that is as wide: between the widths at which it was measured, in
// proportion.
export function heightAt(width, measured) {
  const after = measured.findIndex(([wide]) => wide >= width);
  if (after < 1) return measured.at(after)[1];
  const [[w, h], [wider, there]] = [measured[after - 1], measured[after]];
  return h + ((width - w) / (wider - w)) * (there - h);
}

function make(place) {
  const el = document.createElement("div");
  place.append(el);
  const { explorer, model } = place.dataset;
  try {
    KINDS[explorer]({ model: modelCalled(model), el });
    place.querySelector(".softmax-still").remove();
  } catch (error) {
    el.remove();
    throw error; // the picture stays, with the sentence below it
  } finally {
    place.classList.remove("waiting");
    place.style.removeProperty("height");
  }
}

function reserveRoom(place) {
  const measured = JSON.parse(place.dataset.heights);
  if (measured.length === 0 || place.clientWidth === 0) return;
  place.classList.add("waiting");
  place.style.height = `${heightAt(place.clientWidth, measured)}px`;
}

function linkModels() {
  for (const { textContent } of document.querySelectorAll("script.softmax-links"))
    for (const ends of JSON.parse(textContent))
      link(ends.map(([id, name]) => [modelCalled(id), name]));
}

export function makePlaces() {
  linkModels();
  const waiting = new Set(document.querySelectorAll(".softmax-place"));
  const arrive = (place) => {
    if (!waiting.delete(place)) return;
    for (const each of [observer, sizes]) each.unobserve(place);
    make(place);
  };
  const observer = new IntersectionObserver(
    (seen) => seen.filter((each) => each.isIntersecting).forEach(({ target }) => arrive(target)),
    { rootMargin: NEAR },
  );
  const sizes = new ResizeObserver((changed) => {
    for (const { target } of changed) if (waiting.has(target)) reserveRoom(target);
  });
  for (const place of waiting) {
    reserveRoom(place);
    for (const each of [observer, sizes]) each.observe(place);
  }
  addEventListener("beforeprint", () => waiting.forEach(arrive));
}
