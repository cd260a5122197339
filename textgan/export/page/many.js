// The fourth part of the page: many lines, as a file or on the clipboard, with progress.

import { byId, element } from "./dom.js";
import { commandOf, linesOf } from "./draw.js";
import { clamp } from "./walk.js";

const AT_ONCE = 16; // lines between two looks at the page, about 50 milliseconds

/** Start the part; returns what sets the choice whose lines are written. */
export function startMany(model) {
  let [choice, running] = [null, null];
  const [count, progress, status] = ["many-count", "many-progress", "many-status"].map(byId);
  const [stop, ...buttons] = ["many-stop", "many-download", "many-copy"].map(byId);

  /** The lines as a text; null where they are stopped. */
  async function write() {
    const job = {
      stopped: false,
      total: clamp(count),
      choice: { ...choice, codes: [...choice.codes] },
    };
    running = job;
    show(0, job.total);
    const lines = [];
    while (lines.length < job.total && !job.stopped) {
      const size = Math.min(AT_ONCE, job.total - lines.length);
      lines.push(...linesOf(model, job.choice, lines.length, size).map((line) => line.text));
      show(lines.length, job.total);
      await nextTask();
    }
    running = null;
    if (document.activeElement === stop) buttons[0].focus();
    show(lines.length, job.total);
    return job.stopped ? null : `${lines.join("\n")}\n`;
  }

  function show(done, total) {
    Object.assign(progress, { max: total, value: done, hidden: !running });
    stop.hidden = !running;
    buttons.forEach((button) => button.setAttribute("aria-disabled", String(Boolean(running))));
  }

  async function start(verb, use) {
    if (running) return; // the buttons keep the focus, so they are not disabled
    const started = performance.now();
    status.textContent = "Writing lines …";
    const writing = write();
    const done = await use(writing);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const lines = Number(count.value).toLocaleString("en");
    const failure = "This browser does not let the page copy. Download the lines instead.";
    const success = `${verb} ${lines} lines, in ${seconds} seconds.`;
    status.textContent = (await writing) === null ? "Stopped." : done ? success : failure;
  }

  buttons[0].addEventListener("click", () => start("Downloaded", download));
  buttons[1].addEventListener("click", () => start("Copied", copy));
  stop.addEventListener("click", () => (running.stopped = true));
  count.addEventListener("change", () => showCommand());

  function showCommand() {
    byId("command").textContent = commandOf(model, choice, clamp(count));
  }

  async function download(writing) {
    const text = await writing;
    if (text === null) return false;
    const url = URL.createObjectURL(blobOf(text));
    element("a", { href: url, download: `${model.name}-seed-${choice.seed}.txt` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000); // milliseconds: until it is saved
    return true;
  }

  return (chosen) => {
    choice = chosen;
    showCommand();
  };
}

/**
 * Whether a promised text was put on the clipboard. Browsers want to be called within the click,
 * not when the text is there.
 */
async function copy(writing) {
  try {
    const blob = writing.then((text) =>
      text === null ? Promise.reject(new Error("stopped")) : blobOf(text),
    );
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    return true;
  } catch {
    return false;
  }
}

function blobOf(text) {
  return new Blob([text], { type: "text/plain" });
}

/** A promise of the next task: events come before it. A timer would wait long in a hidden tab. */
function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
}
