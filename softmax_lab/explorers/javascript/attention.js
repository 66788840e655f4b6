// AttentionExplorer: a query, its keys and their values in the plane; what reaches each of them.

import { queryAndKeys, valuesAndOutput } from "./attention_drawing.js";
import { computed, ofSize, withLength } from "./attention_maths.js";
import { rows } from "./attention_rows.js";
import { facts, statement, summary } from "./attention_words.js";
import { checkbox, legend, presets, range } from "./controls.js";
import { html, KEYS_ARE_MINE, mapped, paragraph } from "./elements.js";
import { change, frame } from "./frame.js";
import { plain, rounded, roundLimit } from "./numbers.js";

export { computed };

const LISTS = ["k", "v", "mask", "_longest"];
const listsOf = (model, n = model.get("k").length) =>
  ofSize(n, Object.fromEntries(LISTS.map((name) => [name, model.get(name)])));

const toLength = (q, length) => withLength(q, length).map(rounded);
// Each begins from the state that the explorer was made with, all keys in use.
const PRESETS = {
  "agreeing values": ({ v }) => ({
    ...{ upstream: [-1, 0] },
    v: v.map((_, i) => [0.8, rounded(1.2 - (2.8 * i) / (v.length - 1))]),
  }),
  "confident query": ({ q }) => ({ q: toLength(q, 10) }),
  "a mask": (state) => {
    const { h } = computed(state);
    return { mask: h.map((_, i) => i !== h.indexOf(Math.max(...h))) };
  },
  "query at 0": () => ({ q: [0, 0] }),
};

// Which keys may be attended to; the last one left stays.
function attended(put, now) {
  const node = html("fieldset", { class: "mask", "aria-label": "Keys in use" });
  let inputs, drawn;
  function make(n) {
    inputs = Array.from({ length: n }, (_, i) => {
      const about = { type: "checkbox", "aria-label": `key ${i + 1} may be attended to` };
      const input = html("input", { ...about, ...KEYS_ARE_MINE });
      input.addEventListener("keydown", (event) => event.stopPropagation());
      input.addEventListener("change", () => put({ mask: now().mask.with(i, input.checked) }));
      return input;
    });
    const pills = inputs.map((input, i) => html("label", {}, input, html("span", {}, `${i + 1}`)));
    node.replaceChildren(legend("Keys in use"), ...pills);
    drawn = n;
  }
  return {
    node,
    show({ mask }) {
      if (mask.length !== drawn) make(mask.length);
      const last = mask.filter(Boolean).length === 1;
      inputs.forEach((input, i) => {
        input.checked = mask[i];
        input.disabled = last && mask[i];
      });
    },
  };
}

function above(model, put) {
  const initial = () => model.get("_initial");
  const begun = () => {
    const n = model.get("k").length;
    const state = ofSize(n, { ...initial(), _longest: model.get("_longest") });
    return { ...state, mask: state.mask.map(() => true) };
  };
  const press = (preset) => () => put({ ...begun(), ...preset(begun()) });
  const shortcuts = presets(mapped(PRESETS, press), () => put(initial()));
  const mask = attended(put, () => listsOf(model));
  const scaled = checkbox("divide by √d", (value) => put({ scaled: value }));
  return {
    node: html("div", { class: "controls" }, shortcuts, scaled.node, mask.node),
    show(state) {
      mask.show(state);
      scaled.show(state.scaled);
    },
  };
}

function below(model, put) {
  const size = range("keys", { min: 2, max: 5, step: 1 }, (n) => put(listsOf(model, n)));
  let direction; // of the query, also when its length has become 0
  const setLength = (value) => put({ q: toLength(direction, value) });
  const length = range("length of q", { min: 0, max: 12, step: 0.1 }, setLength, (value) =>
    plain(value, 1),
  );
  return {
    node: html("div", { class: "controls" }, size.node, length.node),
    show(state) {
      size.show(state.k.length);
      if (!direction || Math.hypot(...state.q) > 0) direction = state.q;
      length.show(Math.hypot(...state.q));
    },
  };
}

// The pictures are made anew when the number of keys changes.
function pictures(model, put, tell) {
  const now = () => listsOf(model);
  const nodes = ["asking", "between", "answering"].map((kind) => html("div", { class: kind }));
  let all, drawn;
  return {
    nodes,
    // Whether they were made anew.
    fit(n) {
      if (n === drawn) return false;
      const keys = Array.from({ length: n }, (_, i) => i);
      all = [
        queryAndKeys(keys, {
          setQuery: (to) => put({ q: to }),
          setKey: (i, to) => put({ k: now().k.with(i, to) }),
          tell,
        }),
        rows(keys, { tell }),
        valuesAndOutput(keys, {
          setValue: (i, to) => put({ v: now().v.with(i, to) }),
          setUpstream: (to) => put({ upstream: to }),
          tell,
        }),
      ];
      all.forEach(({ node }, place) => nodes[place].replaceChildren(node));
      drawn = n;
      return true;
    },
    show(...what) {
      for (const each of all) each.show(...what);
    },
  };
}

function build({ model, redraw }) {
  const put = (values) => change(model, values);
  const [words, small] = ["words", "facts"].map((kind) => paragraph(kind));
  const controls = [above(model, put), below(model, put)];
  let limit;
  let pointed = null;
  const drawn = pictures(model, put, (place) => {
    pointed = place;
    redraw();
  });
  const nodes = [controls[0].node, ...drawn.nodes, controls[1].node, words.node, small.node];

  function show(given, { held }) {
    const state = ofSize(given.k.length, given);
    const now = computed(state);
    if (drawn.fit(state.k.length)) pointed = null;
    if (!held) limit = roundLimit(1, now.sigma);
    for (const each of controls) each.show(state);
    drawn.show(state, now, { limit, pointed });
    words.show(statement(state, now, pointed));
    small.show(facts(now));
    return (spoken) => summary(state, now, spoken);
  }
  return { nodes: [html("div", { class: "attention" }, ...nodes)], show };
}

export const render = ({ model, el }) =>
  frame({
    ...{ model, el, build, name: "attention" },
    state: [...LISTS, "q", "upstream", "scaled"],
    label: "A query, its keys and their values in the plane, and the error on its way back to them",
  });
