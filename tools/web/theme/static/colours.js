// Before anything is drawn: the colours the reader chose, or those of their system.
(() => {
  const page = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  let chosen = null;
  try {
    chosen = localStorage.getItem("mode");
  } catch {
    // Where a page may keep nothing, the system's colours hold.
  }
  page.dataset.mode = chosen ?? "auto";
  page.dataset.theme = ["light", "dark"].includes(chosen) ? chosen : dark ? "dark" : "light";
})();
