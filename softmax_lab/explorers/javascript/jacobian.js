// JacobianExplorer: the rows of J weighted by the upstream error, its columns summed into a vector.

import { checkbox, choice, presets, range } from "./controls.js";
import { html, mapped, newId, paragraph } from "./elements.js";
import { change, frame } from "./frame.js";
import { drawing } from "./jacobian_drawing.js";
import { computed, ofSize, oneHot, withShare } from "./jacobian_maths.js";
import { inSteps, momentOf, player, wantsNoMotion } from "./jacobian_motion.js";
import { lawsInWords, longestWords, MODES, pointedInWords, summary } from "./jacobian_words.js";
import { lightsOf } from "./lights.js";
import { sum } from "./maths.js";
import { plain } from "./numbers.js";
import { scrubber } from "./scrubber.js";

export { computed };

const VECTORS = ["z", "upstream", "target", "_longest"];
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

// What takes the most room where central differences are reported.
const WIDEST = { rowSums: [-8e-88], jacobianError: 8e-88, resultError: 8e-88 };

// ---- controls

function above(put, play) {
  const mode = choice("Upstream error σ", MODES, (value) => put({ mode: value }));
  const compare = checkbox("diagonal alone: σₖhₖ(1 − hₖ)", (value) => put({ compare: value }));
  const [truth, scrub] = [trueClass(put), scrubber(put, play)];
  return {
    node: html("div", { class: "controls" }, mode.node, truth.node, scrub.node, compare.node),
    show(state) {
      mode.show(state.mode);
      compare.show(state.compare);
      for (const each of [truth, scrub]) each.show(state);
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
  const words = paragraph("words", { id: newId() });
  const facts = paragraph("facts");
  let pointed = null;
  const point = (place) => {
    pointed = place;
    redraw();
  };
  const play = player(model, root, redraw);
  const controls = [above(put, play), below(model, put)];
  const pictures = panels(model, put, { point, describedBy: words.node.id });

  function show(given, { held }) {
    const n = given.z.length;
    const progress = wantsNoMotion() ? inSteps(given.progress, n) : given.progress;
    const state = ofSize(n, { ...given, progress });
    const { mode, compare } = state;
    if (pictures.fit(n)) pointed = null;
    const now = computed(state);
    Object.assign(root.dataset, { mode, compare, stage: 1 + Math.floor(progress) });
    for (const each of controls) each.show(state);
    const moment = momentOf(progress, n);
    const look = { pointed, lights: lightsOf(pointed), theme: root.dataset.theme };
    pictures.show(state, now, { ...look, held, moment });
    words.show(pointedInWords(state, now, pointed), longestWords(state, now));
    facts.show(lawsInWords(state, now), lawsInWords(state, { ...now, ...WIDEST }));
    return (spoken) => summary(state, now, spoken);
  }
  return {
    nodes: [controls[0].node, pictures.node, words.node, controls[1].node, facts.node],
    show,
  };
}

export const render = ({ model, el }) =>
  frame({
    ...{ model, el, build, name: "jacobian" },
    state: [...VECTORS, "mode", "progress", "compare", "temperature"],
    label: "The Jacobian of softmax, weighted by an upstream error and summed into a vector",
  });
