// What ChartsExplorer computes: one slope as a function of the input and of the output.

const sigmoid = (z) => 1 / (1 + Math.exp(-z));

// Each activation with its z-form and its a-form, and how far its charts reach.
export const ACTIVATIONS = {
  sigmoid: {
    output: sigmoid,
    zForm: (z) => sigmoid(z) * sigmoid(-z),
    aForm: (a) => a * (1 - a),
    outputs: [0, 1],
    across: [-0.25, 1.25],
    up: [-0.3, 0.3],
  },
  tanh: {
    output: Math.tanh,
    zForm: (z) => 1 / Math.cosh(z) ** 2,
    aForm: (a) => 1 - a ** 2,
    outputs: [-1, 1],
    across: [-1.5, 1.5],
    up: [-1.2, 1.2],
  },
};
export const INPUTS = [-4, 4];

export function computed({ z, activation }) {
  const { output, zForm, aForm } = ACTIVATIONS[activation];
  const a = output(z);
  return { a, slopes: [zForm(z), aForm(a)], wrong: [zForm(a), aForm(z)] };
}
