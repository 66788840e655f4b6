// What AttentionExplorer computes, keeps and says, where no page is needed: run by node --test.

import assert from "node:assert/strict";
import { test } from "node:test";

const FOLDER = "../../softmax_lab/explorers/javascript";
const maths = await import(`${FOLDER}/attention_maths.js`);
const { facts, statement, summary } = await import(`${FOLDER}/attention_words.js`);

const STATE = {
  ...{ q: [1, 0.4], upstream: [1.2, -0.5], scaled: true, mask: [true, true, true] },
  k: [
    [1.9, 1.2],
    [-0.6, 1.3],
    [-1.9, -0.5],
  ],
  v: [
    [-1.6, 0.9],
    [1.5, 1.2],
    [2, -0.9],
  ],
};
const said = (more) => {
  const state = { ...STATE, ...more };
  return statement(state, maths.computed(state));
};

test("the hull of points has their outermost corners", () => {
  const square = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  const corners = maths.hull([[0.5, 0.5], ...square, [0.5, 0]]);
  assert.deepEqual(corners.toSorted(), square.toSorted());
  assert.deepEqual(
    maths.hull([
      [0, 0],
      [2, 2],
      [1, 1],
    ]),
    [
      [0, 0],
      [2, 2],
    ],
  );
});

test("the hull of one point, or of a point twice, is there", () => {
  assert.deepEqual(maths.hull([[1, 2]]), [[1, 2]]);
  assert.deepEqual(
    maths.hull([
      [1, 2],
      [1, 2],
    ])[0],
    [1, 2],
  );
});

test("a way ends where it would leave the picture", () => {
  const limits = [3, 2];
  assert.deepEqual(maths.within([0, 0], [1, -1], limits), [1, -1]);
  assert.deepEqual(maths.within([0, 0], [6, 2], limits), [3, 1]);
  assert.deepEqual(maths.within([0, 0], [0, -20], limits), [0, -2]);
  assert.deepEqual(maths.within([1, 1], [1, 1], limits), [1, 1]);
  assert.deepEqual(maths.within([2, 0], [4, 1], limits), [3, 0.5]);
});

test("a query gets another length and keeps its direction", () => {
  assert.deepEqual(maths.withLength([3, 4], 10), [6, 8]);
  assert.deepEqual(maths.withLength([0, 0], 2), [2, 0]);
});

test("k says how many keys there are; values and mask follow, and one key stays in use", () => {
  const longest = { k: [...STATE.k, [7, 7]], v: [...STATE.v, [8, 8]] };
  const more = maths.ofSize(4, { ...STATE, _longest: longest });
  assert.deepEqual([more.k[3], more.v[3], more.mask[3]], [[7, 7], [8, 8], true]);
  const less = maths.ofSize(2, { ...STATE, mask: [false, false, true], _longest: longest });
  assert.deepEqual([less.k.length, less.v.length, less.mask], [2, 2, [false, true]]);
  assert.deepEqual(less.q, STATE.q);
});

test("what is said is so", () => {
  const [above, sum] = said({}).split("\n");
  assert.match(above, /^On the side of the dashed line where ∂C\/∂o points, σ is above average\.$/);
  assert.match(sum, /^Passed on to z: −0\.\d{3} \+ 0\.\d{3} \+ 0\.\d{3} = 0$/);
  assert.match(said({ upstream: [0, 0] }), /^No error arrives .*\nPassed on to z: exactly 0\.$/);
  assert.match(said({ mask: [false, true, true] }), /^Key 1 is masked: score −∞/);
  assert.match(said({ mask: [false, false, true] }), /^One key is left\. .*\n.*exactly 0\.$/);
  assert.match(said({ q: [0, 0] }), /^A query at 0: all weights are alike/);
  assert.match(
    said({ q: [9, 4] }),
    /^Key 1 has nearly all the weight: the largest entry of J is \de−\d\.\n/,
  );
  assert.match(said({ q: [9, 4] }), /\nThe largest that passes on to z is \de−\d\.$/);
  const v = STATE.v.map(([, y]) => [0.8, y]);
  assert.match(
    said({ upstream: [-1, 0], v }),
    /^The values agree, each σ is −0\.80: .*\n.*exactly/,
  );
  const five = {
    ...{ k: [...STATE.k, [1, 0], [0, 1]], v: [...STATE.v, [1, 0], [0, 1]] },
    mask: [false, true, false, true, false],
  };
  assert.match(said(five), /^Keys 1, 3 and 5 are masked/);
});

test("facts and summary give the numbers that the picture is about", () => {
  const now = maths.computed(STATE);
  assert.match(facts(now), /^∂C\/∂q = \(−\d\.\d\d, −\d\.\d\d\) .* agree to \de−\d+$/);
  assert.doesNotMatch(summary(STATE, now, "q"), /Query/); // its slider has said so
  assert.match(summary(STATE, now), /^Query \(1\.00, 0\.40\)\. Weights 0\.\d{3}, .* Output \(/);
});

test("what is pointed at is spelled out", () => {
  const spelled = (pointed, more) => {
    const state = { ...STATE, ...more };
    return statement(state, maths.computed(state), pointed).split("\n")[1];
  };
  const { h, result, average, key_gradient } = maths.computed(STATE);
  const digits = (x, n) => x.toFixed(n).replace("-", "−");
  assert.equal(
    spelled({ what: "z", key: 1 }),
    `∂C/∂z₂ = h₂(σ₂ − ⟨h, σ⟩) = ${digits(h[1], 4)} (+1.200 + ${digits(-average, 3)}) = +${digits(result[1], 3)}`,
  );
  const [x, y] = key_gradient[0].map((each) => digits(each, 3));
  assert.equal(
    spelled({ what: "k", key: 0 }),
    `∂C/∂k₁ = ∂C/∂z₁ q/√d = ${digits(result[0], 4)} (1.00, 0.40)/√2 = (${x}, ${y})`,
  );
  assert.match(spelled({ what: "k", key: 0 }, { scaled: false }), /^∂C\/∂k₁ = ∂C\/∂z₁ q = .*\) = /);
  assert.match(
    spelled({ what: "v", key: 2 }),
    /^∂C\/∂v₃ = h₃ ∂C\/∂o = 0\.\d{4} \(1\.20, −0\.50\) = /,
  );
  const sum = "−0.\\d{3} k₁ \\+ 0.\\d{3} k₂ \\+ 0.\\d{3} k₃";
  const [divided, bare] = [spelled({ what: "q" }), spelled({ what: "q" }, { scaled: false })];
  assert.match(divided, new RegExp(`^∂C/∂q = Σᵢ ∂C/∂zᵢ kᵢ/√d = \\(${sum}\\)/√2$`));
  assert.match(bare, new RegExp(`^∂C/∂q = Σᵢ ∂C/∂zᵢ kᵢ = ${sum}$`));
  assert.match(
    spelled({ what: "upstream" }),
    /^⟨o, ∂C\/∂o⟩ = \(.*\) · \(1\.20, −0\.50\) = −\d\.\d{3}$/,
  );
});
