// The page: reads the model from its own data and starts the four parts.

import { byId } from "./dom.js";
import { startDraw } from "./draw.js";
import { fromBase64, readModel } from "./generator.js";
import { startHeld } from "./held.js";
import { startMany } from "./many.js";
import { startWalk } from "./walk.js";

const data = (id) => byId(id).textContent;
const model = readModel(
  JSON.parse(data("model")),
  fromBase64(data("weights")),
  fromBase64(data("labels")),
);

const held = startHeld(model);
const setWalk = startWalk(model, { onChoose: choose });
const setMany = startMany(model);
let walkIsChosen = false;

function hold(line, button) {
  held.hold(line);
  document.querySelector("[aria-pressed]")?.removeAttribute("aria-pressed");
  button.setAttribute("aria-pressed", "true");
}

function choose(line, button) {
  hold(line, button);
  const below = matchMedia("(max-width: 60rem)").matches; // as in page.css
  if (below) byId("held").scrollIntoView();
}

for (const end of ["start", "end"]) {
  byId(`held-${end}`).addEventListener("click", () => {
    walkIsChosen = true;
    setWalk({ [end]: held.current() });
  });
}

startDraw(model, {
  onChoose: choose,
  onLines(lines, button, choice) {
    hold(lines[0], button);
    if (!walkIsChosen) setWalk({ start: lines[0], end: lines[1] });
    setMany(choice);
  },
});

byId("starting").remove();
