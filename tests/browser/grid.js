// Goes through states of a JacobianExplorer on its page and answers with what is not as it should
// be, one line each. Run by test_explorer_grid.py with the states and the width of the page.

async (states) => {
  const root = document.querySelector(".softmax-explorer");
  const wrong = [];
  const boxOf = (e) => e.getBoundingClientRect();
  const seen = (e) => e.checkVisibility() && e.textContent !== "" && boxOf(e).width > 0;
  const all = (selector) => [...root.querySelectorAll(selector)].filter(seen);
  const number = (text) => (text === "≈0" ? 0 : Number(text.replace("−", "-")));
  const redrawn = () => new Promise((done) => queueMicrotask(() => queueMicrotask(done)));

  function overlaps(say) {
    const texts = all("svg text:not(.whose, .carried, .factor text)").map((e) => [e.textContent, boxOf(e)]);
    texts.forEach(([text, a], place) => {
      for (const [other, b] of texts.slice(place + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 0.5 && down > a.height / 3) say(`${text} and ${other} overlap`);
      }
    });
  }

  function clipped(say) {
    const frame = boxOf(root);
    for (const e of all("svg text, .words span, .facts span, label, button, legend")) {
      const { left, right } = boxOf(e);
      if (left < frame.left - 1 || right > frame.right + 1) say(`${e.textContent} is clipped`);
    }
    for (const text of all(".cell .number")) {
      const [inner, outer] = [boxOf(text), boxOf(text.parentNode.firstChild)];
      if (inner.left < outer.left - 1 || inner.right > outer.right + 1)
        say(`${text.textContent} is wider than its cell`);
    }
  }

  function sums(n, say) {
    const terms = all(".cell .number.weighted").map((e) => number(e.textContent));
    const results = all(".right .number.done").map((e) => number(e.textContent));
    if (results.length !== n || terms.length !== n * n) say("numbers are missing");
    results.forEach((result, k) => {
      const column = terms.filter((_, place) => place % n === k);
      const sum = column.reduce((total, term) => total + term, 0);
      if (Math.abs(sum - result) > 1e-9) say(`column ${k}: ${column} is not ${result}`);
    });
  }

  const spoken = () => root.querySelector(".words span").textContent;

  async function spelled(k, say) {
    const column = root.querySelectorAll(".column")[k];
    column.dispatchEvent(new Event("pointerenter"));
    await redrawn();
    const lines = spoken().replace(/ {2}\(J has.*$/, "").split("  = ");
    const [sum, total] = lines.slice(-2).map((line) => line.replaceAll("−", "-"));
    const added = sum.replace(/^\(|\).*$/g, "").split(/ (?=[+-] )/);
    const value = added.reduce((all, term) => all + Number(term.replace("+ ", "").replace("- ", "-")), 0);
    if (!(Math.abs(value - parseFloat(total)) < 1e-9)) say(`the words do not add up: ${spoken()}`);
    column.dispatchEvent(new Event("pointerleave"));
    await redrawn();
  }

  function words({ mode, temperature: T, progress }, say) {
    const text = spoken();
    const landing = all(".landing").length > 0 || root.querySelector(".landing:not([display])");
    if (text.includes("◇") && !landing) say("words tell of a ◇ that is not there");
    if (progress < 2) return;
    if (mode === "cross_entropy" && text.includes("/T") !== (T !== 1)) say(`with T = ${T}: ${text}`);
    const values = (name) =>
      [...root.querySelectorAll(`[data-output="${name}"]`)].map((e) => Number(e.dataset.value));
    const targets = [...root.querySelectorAll('[data-variable="target"]')];
    const t = targets.map((e) => Number(e.getAttribute("aria-valuenow")));
    const h = values("h");
    values("result").forEach((value, k) => {
      const there = { cross_entropy: (h[k] - t[k]) / T, ones: 0 }[mode] ?? value;
      if (Math.abs(value - there) > 1e-12) say(`${value} is not at ${there}: ${text}`);
    });
  }

  const heights = new Map();
  for (const { name, ...state } of states) {
    model.set(state);
    await redrawn();
    const n = state.z.length;
    const place = `n=${n} ${state.mode} T=${state.temperature} ${name} at ${state.progress}`;
    const say = (what) => wrong.push(`${place}: ${what}`);
    overlaps(say);
    clipped(say);
    words(state, say);
    if (state.progress === 2) {
      sums(n, say);
      await spelled(n - 1, say);
    }
    const same = `${n} ${state.mode}`;
    const height = boxOf(root).height;
    if (Math.abs(height - (heights.get(same) ?? height)) > 1) say(`${heights.get(same)} → ${height} high`);
    heights.set(same, heights.get(same) ?? height);
  }
  return { wrong, highest: Math.max(...heights.values()) };
};
