// What a reader writes, kept in the browser and sent nowhere.

const OURS = "softmax_lab/";

export const KEPT = "Kept in this browser, sent nowhere.";
const NOT_KEPT = "This browser keeps nothing for this page: do not reload before you are done.";

// Storage may be refused, to pages from files or to all; to ask for it is then an error.
function storage() {
  try {
    const { localStorage } = globalThis;
    localStorage.setItem(`${OURS}asked`, "1");
    return localStorage;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

const store = storage();

export const saying = store ? KEPT : NOT_KEPT;

export function keep(name, value) {
  store?.setItem(OURS + name, JSON.stringify(value));
}

// What was kept under a name; what is no longer of the form that `fits` is as if it were not there.
export function kept(name, fits) {
  try {
    const value = JSON.parse(store?.getItem(OURS + name) ?? "null");
    return value !== null && fits(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function forget(name) {
  store?.removeItem(OURS + name);
}
