// The page of one explorer: its state comes from the address, and can be copied as one.

import { searchFor, valuesIn } from "./address.js";
import { copy } from "./copying.js";
import { modelCalled } from "./places.js";

const THEME = "theme";

// Lists that others follow in length go on as the explorer's own do.
const goingOn = (own, values) =>
  Object.fromEntries(
    Object.entries(own ?? {}).map(([name, list]) => [
      name,
      name in values ? [...values[name], ...list.slice(values[name].length)] : list,
    ]),
  );

function tell(place, sentences) {
  place.hidden = sentences.length === 0;
  place.replaceChildren(
    ...sentences.map((sentence) => {
      const line = document.createElement("p");
      line.textContent = sentence;
      return line;
    }),
  );
}

function offerAddress(model, { parameters, own }, themed) {
  const [field, button, said] = ["input.address", "button.copy", ".copied"].map((each) =>
    document.querySelector(each),
  );
  const write = () => {
    const state = Object.fromEntries(Object.keys(parameters).map((n) => [n, model.get(n)]));
    const search = searchFor(state, parameters, own);
    const theme = themed ? `${search ? "&" : "?"}${THEME}=${themed}` : "";
    field.value = location.href.split(/[?#]/)[0] + search + theme;
    said.textContent = "";
  };
  for (const name of Object.keys(parameters)) model.on(`change:${name}`, write);
  button.addEventListener("click", () => copy(field, said));
  write();
  document.querySelector(".to-copy").hidden = false;
}

// The page around a frame may give it the height that is needed.
function tellHeight() {
  if (parent === window) return;
  const tellIt = () => {
    const { height } = document.documentElement.getBoundingClientRect();
    parent.postMessage({ softmaxLab: "height", height: Math.ceil(height) }, "*");
  };
  new ResizeObserver(tellIt).observe(document.documentElement);
}

export function openPage() {
  const told = document.querySelector("script.softmax-parameters");
  if (!told) return;
  const page = JSON.parse(told.textContent);
  const given = new URLSearchParams(location.search);
  const themed = given.get(THEME);
  given.delete(THEME);
  const { values, complaints } = valuesIn(given, page.parameters, page.own);
  if (themed !== null && !["light", "dark"].includes(themed))
    complaints.push(`In the address, theme must be light or dark; received “${themed}”.`);
  const model = modelCalled(document.querySelector(".softmax-place").dataset.model);
  const _longest = goingOn(model.get("_longest"), values);
  model.set({ ...values, _longest, _initial: { ...model.get("_initial"), ...values } });
  tell(document.querySelector(".complaints"), complaints);
  offerAddress(model, page, themed);
  tellHeight();
}
