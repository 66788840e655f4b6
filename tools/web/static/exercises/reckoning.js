// The value of what is typed as a number: "0.5", "-1/3", "0.3 * (2 - 5)". No name is known and
// nothing is run.

const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([-+*/()]))/iy;

function tokensOf(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const found = TOKEN.exec(text);
    if (!found) return null;
    tokens.push(found[1] === undefined ? found[2] : Number(found[1]));
  }
  return tokens;
}

// The value, or null for what is no number.
export function valueOf(text) {
  const plain = text.replace(/[−–]/g, "-").replace(/[·×]/g, "*").replace(/÷/g, "/");
  const tokens = tokensOf(plain);
  if (!tokens) return null;
  let at = 0;
  const next = (...ones) => ones.includes(tokens[at]) && tokens[at++];

  function factor() {
    if (next("-")) return -factor();
    if (next("+")) return factor();
    if (next("(")) {
      const value = sum();
      return next(")") ? value : NaN;
    }
    return typeof tokens[at] === "number" ? tokens[at++] : NaN;
  }
  function product() {
    let value = factor();
    for (let sign; (sign = next("*", "/"));)
      value = sign === "*" ? value * factor() : value / factor();
    return value;
  }
  function sum() {
    let value = product();
    for (let sign; (sign = next("+", "-"));)
      value = sign === "+" ? value + product() : value - product();
    return value;
  }

  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : null;
}
