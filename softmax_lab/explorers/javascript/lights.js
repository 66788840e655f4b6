// What JacobianExplorer lights where something is pointed at: a place in its picture, of a row, a
// column or both, or a symbol of its formula.

const NONE = { sigma: () => false, cell: () => false, result: () => false, symbol: null };

export function lightsOf(pointed) {
  if (pointed === null) return NONE;
  const { symbol, row, column } = pointed;
  if (symbol) return { ...NONE, [symbol === "jacobian" ? "cell" : symbol]: () => true, symbol };
  const cell = (i, k) => i === (row ?? i) && k === (column ?? k);
  if (column === undefined) return { ...NONE, sigma: (i) => i === row, cell, symbol: "sigma" };
  if (row === undefined) return { ...NONE, result: (k) => k === column, cell, symbol: "result" };
  return { ...NONE, cell, symbol: "jacobian" };
}
