// For a page of tools/pages.py whose Content-Security-Policy refuses what Jupyter's widgets need
// (eval, and modules from blob: addresses). It lies beside the modules.

import { draw, link, modelOf } from "./alone.js";

const STATE = "application/vnd.jupyter.widget-state+json";
const VIEW = "application/vnd.jupyter.widget-view+json";

function loadStyle(page) {
  const sheet = page.createElement("link");
  Object.assign(sheet, { rel: "stylesheet", href: new URL("style.css", import.meta.url) });
  page.head.append(sheet);
  return new Promise((loaded, failed) => Object.assign(sheet, { onload: loaded, onerror: failed }));
}

function linkAsTold(models, { source, target }) {
  const ends = [source, target].map(([id, name]) => [models[id.replace("IPY_MODEL_", "")], name]);
  if (ends.every(([model]) => model)) link(ends);
}

// Every view of an exported page that is one of an explorer; two of one model move together.
async function drawViews(page) {
  await loadStyle(page);
  const { state } = JSON.parse(page.querySelector(`script[type="${STATE}"]`).textContent);
  const models = {};
  await Promise.all(
    [...page.querySelectorAll(`script[type="${VIEW}"]`)].map((view) => {
      const id = JSON.parse(view.textContent).model_id;
      if (!state[id]?.state._module) return null;
      const el = page.createElement("div");
      view.before(el);
      return draw((models[id] ??= modelOf(state[id].state)), el);
    }),
  );
  for (const each of Object.values(state))
    if (each.model_name === "LinkModel") linkAsTold(models, each.state);
}

async function widgetsAreAllowed() {
  try {
    new Function("");
    await import(URL.createObjectURL(new Blob([""], { type: "text/javascript" })));
    return true;
  } catch {
    return false;
  }
}

if (!(await widgetsAreAllowed())) await drawViews(document);
