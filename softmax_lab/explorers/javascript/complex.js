// Complex numbers [re, im], with each operation rounded to a float type; with im = 0 they are the
// real numbers of that type. Enough of them for softmax and cross-entropy.

export function complexNumbers({ round }) {
  const rounded = (re, im) => [round(re), round(im)];
  const add = (a, b) => rounded(a[0] + b[0], a[1] + b[1]);
  const divide = ([a, b], [c, d]) => {
    // |d| is small beside c: Smith's way.
    const ratio = round(d / c);
    const scale = round(c + round(d * ratio));
    return rounded(round(a + round(b * ratio)) / scale, round(b - round(a * ratio)) / scale);
  };
  const exp = ([a, b]) => {
    const size = round(Math.exp(a));
    return rounded(size * round(Math.cos(b)), size * round(Math.sin(b)));
  };
  const log1p = ([a, b]) =>
    b === 0
      ? rounded(Math.log1p(a), 0)
      : rounded(Math.log(Math.hypot(1 + a, b)), Math.atan2(b, round(1 + a)));
  const total = (terms) => terms.reduce(add);

  const shifted = (z) => {
    const top = Math.max(...z.map(([re]) => re));
    return z.map(([re, im]) => rounded(re - top, im));
  };

  return {
    from: (x) => rounded(x, 0),
    // Σ σ_i h_i
    weightedOutput(z, sigma) {
      const e = shifted(z).map(exp);
      const S = total(e);
      return total(
        e.map((ei) => divide(ei, S)).map(([re, im], i) => rounded(sigma[i] * re, sigma[i] * im)),
      );
    },
    // -log h at the true class, the largest class kept out of the sum
    crossEntropy(z, label) {
      const exponents = shifted(z);
      const top = exponents.findIndex(([re]) => re === 0);
      const e = exponents.map(exp);
      const rest = total(e.filter((_, k) => k !== top));
      const [re, im] = exponents[label];
      return add(log1p(divide(rest, e[top])), rounded(-re, exponents[top][1] - im));
    },
  };
}
