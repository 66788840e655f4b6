/* global DOCUMENTATION_OPTIONS */
// A box whose contents are wider than itself can be reached by the keyboard, and says what it is.
const BOXES = {
  ".cell_input pre, .highlight-python pre, .highlight-sh pre": "Code",
  ".cell_output pre, .output.text_html": "Output",
  ".katex-display": "Formula",
  ".pst-scrollable-table-container": "Table",
};

function mark(box) {
  if (box.scrollWidth > box.clientWidth + 1) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${box.dataset.box}, wider than the page: it scrolls`);
  } else for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
}

function watchBoxes() {
  const watcher = new ResizeObserver((changes) => changes.forEach(({ target }) => mark(target)));
  for (const [boxes, name] of Object.entries(BOXES))
    for (const box of document.querySelectorAll(boxes)) {
      box.dataset.box = name;
      watcher.observe(box);
    }
}

// Pages that lie on a disk may not read each other, so their results have no excerpts.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
addEventListener("load", watchBoxes);
