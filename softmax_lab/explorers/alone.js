// Explorers without Jupyter's widgets: for a page whose Content-Security-Policy refuses what those
// need (eval, and modules from blob: addresses), and for the pictures that the lessons store. This
// file then lies beside the modules.

const STATE = "application/vnd.jupyter.widget-state+json";
const VIEW = "application/vnd.jupyter.widget-view+json";

// As much of a model as the modules ask for; it keeps its state and tells no one else.
export function modelOf(given) {
  const state = { ...given };
  const listeners = new Map();
  const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
  return {
    get: (name) => state[name],
    set(values) {
      const changed = Object.keys(values).filter((name) => state[name] !== values[name]);
      Object.assign(state, values);
      for (const name of changed) for (const tell of of(`change:${name}`)) tell();
    },
    on: (event, tell) => of(event).add(tell),
    off: (event, tell) => of(event).delete(tell),
    save_changes() {},
  };
}

export async function draw(model, el) {
  const explorer = await import(`./${model.get("_module")}`);
  explorer.render({ model, el });
}

function loadStyle(page) {
  const link = page.createElement("link");
  Object.assign(link, { rel: "stylesheet", href: new URL("style.css", import.meta.url) });
  page.head.append(link);
  return new Promise((loaded, failed) => Object.assign(link, { onload: loaded, onerror: failed }));
}

// Two models that ipywidgets.jslink tied together follow each other here too.
function link(models, { source, target }) {
  const ends = [source, target].map(([id, name]) => [models[id.replace("IPY_MODEL_", "")], name]);
  if (!ends.every(([model]) => model)) return;
  for (const [[from, name], [to, other]] of [ends, ends.toReversed()])
    from.on(`change:${name}`, () => to.set({ [other]: from.get(name) }));
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
    if (each.model_name === "LinkModel") link(models, each.state);
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

// Asked for by <script type="module" src="alone.js?page">.
if (import.meta.url.endsWith("?page") && !(await widgetsAreAllowed())) await drawViews(document);
