// Times one event, in the page: called before the event is sent, it promises milliseconds since
// the event's timeStamp. latency.py says what each of the moments is.

const WATCHED = {
  value: { attributes: true, attributeFilter: ["data-value"] },
  markup: { childList: true, subtree: true },
  image: { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] },
};

const imagesIn = (node) =>
  node.tagName === "IMG" ? [node] : [...(node.querySelectorAll?.("img") ?? [])];

// The event's time, and when the first handler was told.
const handed = (type) =>
  new Promise((resolve) => {
    const told = ({ timeStamp }) => resolve({ begun: timeStamp, handled: performance.now() });
    addEventListener(type, told, { capture: true, once: true });
  });

// When the element has changed, and the image that is new in it.
const changed = (element, kind) =>
  new Promise((resolve) => {
    const observer = new MutationObserver((records) => {
      const now = performance.now();
      const nodes = records.flatMap(({ target, addedNodes }) => [target, ...addedNodes]);
      const image = kind === "image" ? nodes.flatMap(imagesIn).at(-1) : null;
      if (image === undefined) return; // the old picture was taken away, the new one is to come
      observer.disconnect();
      resolve({ changed: now, image });
    });
    observer.observe(element, WATCHED[kind]);
  });

// A frame begins with the callbacks of requestAnimationFrame. A task of the highest priority runs
// next, when the frame has been laid out, painted and handed to the compositor; a mere message
// would come after the kernel's, and now and then after the next frame.
const painted = () =>
  new Promise((resolve) =>
    requestAnimationFrame(() => {
      const frame = performance.now();
      const end = () => resolve({ frame, painted: performance.now() });
      scheduler.postTask(end, { priority: "user-blocking" });
    }),
  );

const nothing = (seconds, what) =>
  new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`no ${what} within ${seconds} s`)), 1000 * seconds),
  );

globalThis.stopwatch = async (element, kind, type) => {
  const seen = Promise.all([handed(type), changed(element, kind)]);
  const [event, change] = await Promise.race([seen, nothing(20, `${type} with a new ${kind}`)]);
  await change.image?.decode();
  const ready = performance.now();
  const end = await painted();
  // A pointer's moves are handed over when a frame begins: that wait is one for a frame too.
  const handing = type === "pointermove" ? event.handled - event.begun : 0;
  const times = { painted: end.painted - event.begun, changed: change.changed - event.begun };
  return { ...times, worked: times.painted - handing - (end.frame - ready) };
};
