// What the explorers' modules compute and say, where no page is needed: run by node --test.
// tests/browser/test_maths.py holds the mathematics against the package.

import assert from "node:assert/strict";
import { test } from "node:test";

const FOLDER = "../../softmax_lab/explorers/javascript";
const numbers = await import(`${FOLDER}/numbers.js`);
const { ticks } = await import(`${FOLDER}/plot.js`);
const { statement } = await import(`${FOLDER}/gradient_check_words.js`);
const check = await import(`${FOLDER}/gradient_check_maths.js`);
const jacobian = await import(`${FOLDER}/jacobian_maths.js`);
const words = await import(`${FOLDER}/jacobian_words.js`);
const motion = await import(`${FOLDER}/jacobian_motion.js`);
const simplex = await import(`${FOLDER}/simplex_maths.js`);
const stability = await import(`${FOLDER}/stability_maths.js`);
const { modelOf } = await import("../../softmax_lab/explorers/alone.js");

const close = (x, y, dust = 1e-12) =>
  x.forEach((xi, i) => assert.ok(Math.abs(xi - y[i]) <= dust, `${x} is not near ${y}`));

test("numbers are written for people", () => {
  const { plain, signed, steady, subscript, written } = numbers;
  assert.equal(signed(0.4064, 3), "+0.406");
  assert.equal(signed(-0.5, 2), "−0.50");
  assert.equal(signed(0, 3), "0");
  assert.equal(signed(4.2e-18, 3), "+4e−18");
  assert.equal(plain(-12345, 2), "−1e4");
  assert.equal(plain(-Infinity, 2), "−∞");
  assert.equal(plain(NaN, 2), "nan");
  assert.equal(steady(0.421, 2, true), "+.42");
  assert.equal(steady(-0.001, 2, false), "−0.00");
  assert.equal(written(["+1", "−2", "0", "+3"]), "+1 − 2 + 0 + 3");
  assert.equal(subscript(12), "₁₂");
});

test("digits are written and counted", () => {
  const { cutAfterDigits, digitsInCommon, digitsRight, powerInWords, scientific } = numbers;
  assert.equal(scientific(-5.8112e-18, 3), "−5.81·10⁻¹⁸");
  assert.equal(scientific(0.4064293091, 4), "0.4064");
  assert.equal(scientific(12345.678, 6), "12345.7");
  assert.equal(scientific(0, 6), "0");
  assert.equal(powerInWords(-8), "10⁻⁸");
  assert.equal(digitsRight(0.123456, 0.123457, 15), 5);
  assert.equal(digitsRight(NaN, 1, 15), 0);
  assert.equal(digitsInCommon(0.47787984, 0.47787702, 15), 5);
  assert.equal(digitsInCommon(-0.0123, 0.0123, 15), 0);
  assert.equal(digitsInCommon(0.0999, 0.1001, 15), 0);
  assert.equal(digitsInCommon(0.25, 0.25, 15), 15);
  assert.equal(digitsInCommon(NaN, 1, 15), 0);
  assert.deepEqual(cutAfterDigits("0.012345", 3), ["0.0123", "45"]);
  assert.deepEqual(cutAfterDigits("−5.8112·10⁻¹⁸", 2), ["−5.8", "112·10⁻¹⁸"]);
  assert.deepEqual(cutAfterDigits("1.5·10⁻⁸", 2), ["1.5·10⁻⁸", ""]);
  assert.deepEqual(cutAfterDigits("0.5", 0), ["", "0.5"]);
});

// Numbers between -1 and 1 that are the same in every run.
function* chance(seed = 7) {
  for (;;) {
    seed = (seed * 16807) % 2147483647;
    yield (2 * seed) / 2147483647 - 1;
  }
}
const some = (numbers, n) => Array.from({ length: n }, () => numbers.next().value);

test("what is rounded together adds up, and nothing is a whole unit off", () => {
  const source = chance();
  for (let n = 2; n <= 8; n++)
    for (const digits of [0, 1, 3]) {
      const values = some(source, n).map((value, k) => (k === 1 ? 0 : 10 * value));
      const total = values.reduce((sum, value) => sum + value, 0);
      const rounded = numbers.roundedTogether(values, digits, total);
      const unit = 10 ** -digits;
      close([rounded.reduce((sum, value) => sum + value, 0)], [numbers.roundedTo(total, digits)]);
      assert.ok(rounded.every((value, k) => Math.abs(value - values[k]) < unit + 1e-12));
      assert.equal(rounded[1], 0);
    }
});

test("a sum is spelled out so that it adds up, however small its terms", () => {
  const read = (text) => Number(text.replaceAll("−", "-"));
  const source = chance(11);
  for (const size of [100, 3, 0.5, 0.02, 1e-3, 1e-9, 1e-90]) {
    const terms = some(source, 5).map((term) => term * size);
    const total = terms.reduce((sum, term) => sum + term, 0);
    const [sum, all] = words.spelled(terms, total);
    const [inside, power] = sum.startsWith("(") ? sum.slice(1).split(")") : [sum, ""];
    const added = inside.split(/ (?=[+−] )/).map((term) => read(term.replace(/([+−]) /, "$1")));
    assert.ok(all.endsWith(power));
    const value = read(all.slice(0, all.length - power.length));
    close([added.reduce((a, b) => a + b, 0)], [value], 1e-9);
  }
});

test("the rows of the reduction are done one after the other", () => {
  const { weighted, stacked } = motion.momentOf(1.5, 4);
  assert.deepEqual(
    [weighted, stacked],
    [
      [1, 1, 1, 1],
      [1, 1, 0, 0],
    ],
  );
  assert.deepEqual(motion.momentOf(0, 3).weighted, [0, 0, 0]);
  assert.deepEqual(motion.momentOf(2, 3).stacked, [1, 1, 1]);
  assert.equal(motion.inSteps(0.9, 3), 2 / 3);
  assert.equal(motion.inSteps(1 / 3, 3), 1 / 3);
  let progress = 0;
  for (let row = 1; row <= 6; row++)
    close([(progress = motion.stepFrom(progress, 3, 1))], [row / 3]);
  assert.equal(motion.stepFrom(progress, 3, 1), 2);
  assert.equal(motion.stepFrom(0, 3, -1), 0);
});

test("the ellipse's dot turns the change to where it is dragged", () => {
  const h = [0.6, 0.3, 0.1];
  for (const direction of [0, 75, 200, 310]) {
    const z = h.map(Math.log);
    const { result } = simplex.computed({ z, radius: 1, direction });
    close([simplex.angleTo(h, simplex.inPlane(result))], [direction], 1e-6);
  }
});

test("an axis has few round numbers", () => {
  const texts = (axis) => ticks(axis).map(({ text }) => text);
  const values = (axis) => ticks(axis).map(({ value }) => value);
  assert.deepEqual(texts({ limits: [0, 30] }), ["0", "10", "20", "30"]);
  assert.deepEqual(values({ limits: [-1, 1] }), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(texts({ limits: [1e-20, 1], logarithmic: true }), [
    "10⁻²⁰",
    "10⁻¹⁶",
    "10⁻¹²",
    "10⁻⁸",
    "10⁻⁴",
    "1",
  ]);
  assert.deepEqual(
    values({ limits: [2e-17, 10], logarithmic: true }),
    [1e-16, 1e-12, 1e-8, 1e-4, 1],
  );
  assert.deepEqual(texts({ limits: [0, 2400] }), ["0", "500", "1000", "1500", "2000"]);
});

test("z says how many classes there are, and the other vectors follow", () => {
  const state = {
    z: [3, 2, 1],
    upstream: [1, 2, 3],
    target: [0.25, 0.25, 0.5],
    _longest: { z: [3, 2, 1, 7], upstream: [1, 2, 3, 9] },
    mode: "free",
  };
  const { ofSize } = jacobian;
  const [less, more] = [ofSize(2, state), ofSize(4, state)];
  assert.deepEqual(
    [less.z, less.upstream, less.target],
    [
      [3, 2],
      [1, 2],
      [0.5, 0.5],
    ],
  );
  assert.deepEqual(
    [more.z, more.upstream],
    [
      [3, 2, 1, 7],
      [1, 2, 3, 9],
    ],
  );
  assert.deepEqual(more.target, [0.25, 0.25, 0.5, 0]);
  assert.deepEqual(ofSize(2, { ...state, target: [0, 0, 1] }).target, [0, 1]);
  assert.equal(ofSize(3, state).z, state.z);
  assert.equal(less.mode, "free");
});

test("a share that is dragged leaves the sum and the proportions of the others", () => {
  close(jacobian.withShare([0.2, 0.3, 0.5], 0, 0.6), [0.6, 0.15, 0.25], 1e-6);
  close(jacobian.withShare([1, 0, 0], 0, 0.5), [0.5, 0.25, 0.25], 1e-6);
});

test("what is pointed at is spelled out", () => {
  const state = {
    ...{ z: [2, 1, 0.1], upstream: [0.9, -1.4, 0.3], target: [0, 1, 0] },
    ...{ mode: "free", progress: 2, compare: false, temperature: 1 },
  };
  const now = jacobian.computed(state);
  const sum = words.pointedInWords(state, now, { column: 0 });
  assert.match(sum, /^∂C\/∂z₁ = σ₁J₁₁ \+ σ₂J₂₁ \+ σ₃J₃₁ .* = \+0\.406$/);
  const entry = words.pointedInWords({ ...state, progress: 0 }, now, { row: 0, column: 1 });
  assert.equal(entry, "J₁₂ = ∂h₁/∂z₂ = −h₁h₂ = −0.659 · 0.242 = −0.160");
  assert.match(words.pointedInWords(state, now, null), /Point at a number/);
});

test("the step is told which error rules", () => {
  const state = {
    ...{ z: [2, 1, 0.1], upstream: [0.9, -1.4, -0.8], mode: "free", label: 1 },
    ...{ checked: "right", method: "central", dtype: "float64" },
  };
  const said = (more) => statement({ ...state, ...more }, check.computed({ ...state, ...more }));
  assert.match(said({ step: 0.1 }), /too long/);
  assert.match(said({ step: 1e-12 }), /too short/);
  assert.match(said({ step: 1e-5 }), /Near the best step, ∛ε/);
  assert.match(said({ step: 1e-18 }), /z \+ s is z again/);
  assert.match(said({ step: 1e-5, checked: "doubled" }), /no step hides it/);
});

test("a point of the triangle is its distribution, and keeps the mean of the logits", () => {
  const z = [2, 1, 0.1];
  const { h } = simplex.computed({ z, radius: 1, direction: 90 });
  close(simplex.logitsAt(simplex.inPlane(h), simplex.mean(z)), z, 0.02);
});

test("the shifted formula and the package's h agree to the last digits of their type", () => {
  for (const [dtype, dust] of Object.entries({ float64: 1e-15, float32: 2e-7, float16: 1e-3 })) {
    const now = stability.computed({ z: [5, 2, -4], shift: 3, dtype, label: 0 });
    close(now.shifted.h, now.h, dust);
    close(now.naive.e, now.stored.map(Math.exp), Math.exp(8) * dust);
  }
});

test("a model alone tells of what has changed, and of nothing else", () => {
  const model = modelOf({ z: [1], mode: "free" });
  const heard = [];
  const tell = () => heard.push(model.get("mode"));
  model.on("change:mode", tell);
  model.set({ z: [2], mode: "free" });
  model.set({ mode: "ones" });
  model.off("change:mode", tell);
  model.set({ mode: "free" });
  assert.deepEqual(heard, ["ones"]);
  assert.deepEqual(model.get("z"), [2]);
});
