// JacobianExplorer: the rows of J weighted by the upstream error, its columns summed into a vector.

import { checkbox, choice, presets, range } from "./controls.js";
import { html, mapped, newId, write } from "./elements.js";
import { change, frame } from "./frame.js";
import { drawing } from "./jacobian_drawing.js";
import { computed, ofSize, oneHot, withShare } from "./jacobian_maths.js";
import { lawsInWords, MODES, pointedInWords, summary } from "./jacobian_words.js";
import { sum } from "./maths.js";
import { plain } from "./numbers.js";

export { computed };

const VECTORS = ["z", "upstream", "target", "_longest"];
const STAGES = { 1: "1 · J", 2: "2 · rows weighted by σ", 3: "3 · columns summed" };
const WITH_TARGET = ["cross_entropy", "squared_error"];

const PRESETS = {
  uniform: (z) => z.map(() => 0),
  confident: (z, c) => z.map((_, j) => (j === c ? 4 : -1 + 0.5 * (j % 3))),
  "confidently wrong": (z, c) =>
    z.map((_, j) => (j === (c + 1) % z.length ? 4 : j === c ? -2 : -1 + 0.5 * (j % 3))),
  saturated: (z, c) => z.map((_, j) => (j === c ? 20 : -20)),
};

// The vectors as they are, or with n classes: z says how many there are.
function vectors(model, n = model.get("z").length) {
  return ofSize(n, Object.fromEntries(VECTORS.map((name) => [name, model.get(name)])));
}

// ---- controls

function above(put) {
  const mode = choice("Upstream error σ", MODES, (value) => put({ mode: value }));
  const stage = choice("Show", STAGES, (value) => put({ stage: Number(value) }));
  const compare = checkbox("compare with the diagonal alone, σⱼhⱼ(1 − hⱼ)", (value) =>
    put({ compare: value }),
  );
  const truth = trueClass(put);
  return {
    node: html("div", { class: "controls" }, mode.node, truth.node, stage.node, compare.node),
    show(state) {
      mode.show(state.mode);
      stage.show(state.stage);
      compare.show(state.compare);
      truth.show(state);
    },
  };
}

// As many buttons as there are classes.
export function trueClass(put) {
  const node = html("div", { class: "truths" });
  let buttons, drawn;
  return {
    node,
    show({ mode, target }) {
      const n = target.length;
      if (n !== drawn) {
        const names = Object.fromEntries(target.map((_, k) => [k, String(k + 1)]));
        buttons = choice("True class", names, (k) => put({ target: oneHot(n, Number(k)) }));
        node.replaceChildren(buttons.node);
        drawn = n;
      }
      node.hidden = !WITH_TARGET.includes(mode);
      buttons.show(target.findIndex((tk) => tk > 0 && tk === sum(target)));
    },
  };
}

function below(model, put) {
  const likeliest = ({ target }) => target.indexOf(Math.max(...target));
  const press = (preset) => () => {
    const now = vectors(model);
    put({ z: preset(now.z, likeliest(now)) });
  };
  const shortcuts = presets(mapped(PRESETS, press), () => put(model.get("_initial")));
  const size = range("n", { min: 2, max: 8, step: 1 }, (n) => put(vectors(model, n)));
  const setTemperature = (value) => put({ temperature: value });
  const temperature = range(
    ...["temperature", { min: 0.2, max: 5, step: 0.1 }, setTemperature],
    (value) => plain(value, 1),
  );
  return {
    node: html("div", { class: "controls" }, shortcuts, size.node, temperature.node),
    show(state) {
      size.show(state.z.length);
      temperature.show(state.temperature);
    },
  };
}

// ---- all together

// What depends on the number of classes is made anew when that changes; the rest keeps its focus.
function panels(model, put, more) {
  const node = html("div", { class: "panels" });
  const now = () => vectors(model);
  let picture, drawn;
  return {
    node,
    // Whether it was made anew.
    fit(n) {
      if (n === drawn) return false;
      picture = drawing({
        ...{ n, ...more },
        setZ: (k, value) => put({ z: now().z.with(k, value) }),
        setUpstream: (k, value) => put({ upstream: now().upstream.with(k, value) }),
        setShare: (k, value) => put({ target: withShare(now().target, k, value) }),
      });
      node.replaceChildren(...picture.nodes);
      drawn = n;
      return true;
    },
    show: (...all) => picture.show(...all),
  };
}

function build({ root, model, redraw }) {
  const put = (values) => change(model, values);
  const words = html("p", { class: "words", id: newId() });
  const facts = html("p", { class: "facts" });
  let pointed = null;
  const point = (place) => {
    pointed = place;
    redraw();
  };
  const controls = [above(put), below(model, put)];
  const pictures = panels(model, put, { point, describedBy: words.id });

  function show(given, { held }) {
    const state = ofSize(given.z.length, given);
    const { mode, stage, compare } = state;
    if (pictures.fit(state.z.length)) pointed = null;
    const now = computed(state);
    Object.assign(root.dataset, { mode, stage, compare });
    for (const each of controls) each.show(state);
    pictures.show(state, now, { pointed, theme: root.dataset.theme, held });
    write(words, pointedInWords(state, now, pointed));
    write(facts, lawsInWords(state, now));
    return () => summary(state, now);
  }
  return { nodes: [controls[0].node, pictures.node, controls[1].node, words, facts], show };
}

export const render = ({ model, el }) =>
  frame({
    ...{ model, el, build, name: "jacobian" },
    state: [...VECTORS, "mode", "stage", "compare", "temperature"],
    label: "The Jacobian of softmax, weighted by an upstream error and summed into a vector",
  });
