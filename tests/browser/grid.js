// Goes through states of a JacobianExplorer on its page and answers with what is not as it should
// be, a line each: test_explorer_grid.py hands it the states.

const boxOf = (element) => element.getBoundingClientRect();
const seen = (e) => e.checkVisibility() && e.textContent !== "" && boxOf(e).width > 0;
const all = (root, selector) => [...root.querySelectorAll(selector)].filter(seen);
const spoken = (root) => root.querySelector(".words span").textContent;
const redrawn = () => new Promise((done) => queueMicrotask(() => queueMicrotask(done)));

function overlaps(root, say) {
  const chosen = "svg text:not(.whose, .carried, .factor text)";
  const texts = all(root, chosen).map((e) => [e.textContent, boxOf(e)]);
  texts.forEach(([text, a], place) => {
    for (const [other, b] of texts.slice(place + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 0.5 && down > a.height / 3) say(`${text} and ${other} overlap`);
    }
  });
}

function clipped(root, say) {
  const sticksOut = (inner, outer) => inner.left < outer.left - 1 || inner.right > outer.right + 1;
  for (const e of all(root, "svg text, .words span, .facts span, label, button, .legend"))
    if (sticksOut(boxOf(e), boxOf(root))) say(`${e.textContent} is clipped`);
  for (const e of all(root, ".cell .number"))
    if (sticksOut(boxOf(e), boxOf(e.parentNode.firstChild)))
      say(`${e.textContent} is wider than its cell`);
}

// What is printed in a column adds up to what is printed below it.
function sums(root, n, say) {
  const number = ({ textContent: text }) => (text === "≈0" ? 0 : Number(text.replace("−", "-")));
  const terms = all(root, ".cell .number.weighted").map(number);
  const results = all(root, ".right .number.done").map(number);
  if (results.length !== n || terms.length !== n * n) say("numbers are missing");
  results.forEach((result, k) => {
    const column = terms.filter((_, place) => place % n === k);
    const sum = column.reduce((total, term) => total + term, 0);
    if (!(Math.abs(sum - result) < 1e-9)) say(`column ${k}: ${column} is not ${result}`);
  });
}

// The same in the words about a column.
async function spelled(root, k, say) {
  const column = root.querySelectorAll(".column")[k];
  column.dispatchEvent(new Event("pointerenter"));
  await redrawn();
  const lines = spoken(root)
    .replace(/ {2}\(J has.*$/, "")
    .replaceAll("−", "-")
    .split("  = ");
  const terms = lines
    .at(-2)
    .replace(/^\(|\).*$/g, "")
    .split(/ (?=[+-] )/);
  const sum = terms.reduce((total, term) => total + Number(term.replace(/([+-]) /, "$1")), 0);
  if (!(Math.abs(sum - parseFloat(lines.at(-1))) < 1e-9)) say(`does not add up: ${spoken(root)}`);
  column.dispatchEvent(new Event("pointerleave"));
  await redrawn();
}

// What is said of a cell ends with what the cell prints, where that is not nearly 0.
async function cellSpelled(root, place, say) {
  const cell = root.querySelectorAll(".cell")[place];
  cell.dispatchEvent(new Event("pointerenter"));
  await redrawn();
  const [printed] = [...cell.querySelectorAll(".number")].filter(seen);
  const same = (text) => text.replace(/^([+−]?)0\./, "$1.");
  const said = same(spoken(root).split(" = ").at(-1));
  const { textContent: shown } = printed;
  if (shown !== "≈0" && said !== same(shown)) say(`${shown}, but ${spoken(root)}`);
  cell.dispatchEvent(new Event("pointerleave"));
  await redrawn();
}

// What is said of this state is so.
function words(root, { mode, temperature: T, progress }, say) {
  const text = spoken(root);
  if (text.includes("◇") && !root.querySelector(".landing:not([display])"))
    say("the words tell of a ◇ that is not there");
  if (progress < 2) return;
  if (mode === "cross_entropy" && text.includes("/T") !== (T !== 1)) say(`T = ${T}: ${text}`);
  const values = (output) =>
    [...root.querySelectorAll(`[data-output="${output}"]`)].map((e) => Number(e.dataset.value));
  const targets = [...root.querySelectorAll('[data-variable="target"]')];
  const h = values("h");
  values("result").forEach((value, k) => {
    const t = Number(targets[k].getAttribute("aria-valuenow"));
    const there = { cross_entropy: (h[k] - t) / T, ones: 0 }[mode] ?? value;
    if (!(Math.abs(value - there) < 1e-12)) say(`${value} is not at ${there}: ${text}`);
  });
}

globalThis.goThrough = async (states) => {
  const root = document.querySelector(".softmax-explorer");
  const wrong = [];
  const heights = {};
  for (const { name, ...state } of states) {
    globalThis.model.set(state);
    await redrawn();
    const [n, { mode, temperature, progress }] = [state.z.length, state];
    const place = `n=${n} ${mode} T=${temperature} ${name} at ${progress}`;
    const say = (what) => wrong.push(`${place}: ${what}`);
    overlaps(root, say);
    clipped(root, say);
    words(root, state, say);
    if (progress === 2) {
      sums(root, n, say);
      await spelled(root, n - 1, say);
      await cellSpelled(root, n, say);
    }
    const { height } = boxOf(root);
    const before = (heights[`${n} ${mode}`] ??= height);
    if (Math.abs(height - before) > 1) say(`${before} high became ${height}`);
  }
  return { wrong, highest: Math.max(...Object.values(heights)) };
};
