/* global DOCUMENTATION_OPTIONS */
// A box whose contents are wider than itself can be reached by the keyboard, and says what it is.
const BOXES = {
  ".bd-article pre": "Code",
  ".cell_output pre, .output.text_html": "Output",
  ".katex-display": "Formula",
  ".softmax-figure": "Figure",
  ".softmax-clinic .maps": "Matrices",
  ".pst-scrollable-table-container": "Table",
};

const ATTRIBUTES = ["tabindex", "role", "aria-label"];

function mark(box, scrolls) {
  if (scrolls) {
    const label = `${box.dataset.box}, wider than the page: it scrolls`;
    ["0", "group", label].forEach((value, k) => box.setAttribute(ATTRIBUTES[k], value));
  } else for (const name of ATTRIBUTES) box.removeAttribute(name);
}

// All are measured before any is changed, or the page would be laid out anew for each.
function markAll(changes) {
  const boxes = changes.map(({ target }) => target);
  const scroll = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
  boxes.forEach((box, k) => {
    const marked = box.hasAttribute("aria-label") && box.tabIndex === 0;
    if (scroll[k] !== marked) mark(box, scroll[k]);
  });
}

function watchBoxes() {
  const watcher = new ResizeObserver(markAll);
  // The theme looks at boxes too, later and when their contents have changed.
  const listener = new MutationObserver(markAll);
  for (const [boxes, name] of Object.entries(BOXES))
    for (const box of document.querySelectorAll(boxes)) {
      box.dataset.box = name;
      box.removeAttribute("tabindex"); // which the theme sets, without a name
      watcher.observe(box);
      listener.observe(box, { attributeFilter: ["tabindex"] });
    }
}

// Paper is light, whatever the page was.
const { dataset } = document.documentElement;
let theme;
addEventListener("beforeprint", () => ([theme, dataset.theme] = [dataset.theme, "light"]));
addEventListener("afterprint", () => (dataset.theme = theme));

// Pages that lie on a disk may not read each other, so their results have no excerpts.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
addEventListener("load", watchBoxes);
