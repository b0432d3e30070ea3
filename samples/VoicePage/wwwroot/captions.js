import { splitHeard } from "./realtime/conversation.js";

const list = document.getElementById("entries");
const empty = document.getElementById("empty");
const [scroll] = document.getElementsByClassName("scroll");
const shown = new Map();

// A user who reads earlier captions is not pulled back to the end.
const NEAR_END = 80;

// A message above the captions makes them smaller; their end stays in view.
let isAtEnd = true;
scroll.addEventListener("scroll", () => (isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END));
new ResizeObserver(scrollToEnd).observe(scroll);

function scrollToEnd() {
  if (isAtEnd) scroll.scrollTop = scroll.scrollHeight;
}

/** Shows the entries of a conversation: each is one element, which is changed and never replaced. */
export function showCaptions(entries) {
  for (const entry of entries) {
    if (!shown.has(entry)) shown.set(entry, list.appendChild(create(entry)));
    (entry.kind === "call" ? updateCall : updateTurn)(shown.get(entry), entry);
  }
  empty.hidden = entries.length > 0;
  scrollToEnd();
}

export function clearCaptions() {
  shown.clear();
  isAtEnd = true;
  list.replaceChildren();
  empty.hidden = false;
}

function create({ kind }) {
  const element = make("li", `entry ${kind}`);
  if (kind === "call") {
    element.append(make("p", "call-title", "Function call"), make("p", "call-name"), make("dl", "call-values"), make("p", "call-state"), make("dl", "call-values"));
  } else {
    element.append(make("p", "speaker", kind === "user" ? "You" : "Waiter"), make("p", "said"), make("p", "cut"));
    element.children[1].append(make("span", "heard"), make("span", "unheard"));
  }
  return element;
}

function updateTurn(element, entry) {
  const [, said, cut] = element.children;
  const [heard, unheard] = entry.kind === "agent" ? splitHeard(entry.text, entry.share) : [entry.text || placeholder(entry), ""];
  element.classList.toggle("pending", Boolean(entry.isPending || entry.isUnclear));
  element.classList.toggle("interrupted", entry.isInterrupted);
  element.hidden = entry.kind === "agent" && !entry.text;
  setText(said.children[0], heard);
  // An element that means "no longer valid", so that screen readers can say it.
  if (entry.isInterrupted && unheard && said.children[1].localName !== "s") said.children[1].replaceWith(make("s", "unheard"));
  setText(said.children[1], unheard);
  setText(cut, entry.isInterrupted ? describeCut(entry, unheard) : "");
}

function placeholder({ isUnclear, isPending }) {
  return isUnclear ? "(not understood)" : isPending ? "…" : "";
}

function describeCut({ heard }, unheard) {
  const seconds = ((heard ?? 0) / 1000).toFixed(1);
  return unheard ? `You interrupted after ${seconds} s. The rest was not heard.` : `You interrupted after ${seconds} s.`;
}

function updateCall(element, entry) {
  const [, name, values, state, output] = element.children;
  element.classList.toggle("running", entry.isRunning);
  setText(name, entry.name ?? "");
  setText(state, entry.isRunning ? "Running…" : "Done");
  if (entry.arguments && !values.firstChild) values.append(...describe(entry.arguments));
  if (entry.output && !output.firstChild) output.append(...describe(entry.output));
}

function describe(json) {
  return Object.entries(parse(json)).map(([key, value]) => {
    const pair = make("div");
    pair.append(make("dt", "", key.replaceAll("_", " ")), make("dd", "", typeof value === "object" ? JSON.stringify(value) : String(value)));
    return pair;
  });
}

/** Arguments come from a model, and outputs are any text. */
function parse(json) {
  try {
    const value = JSON.parse(json);
    return value && typeof value === "object" ? value : { result: value };
  } catch {
    return json ? { result: json } : {};
  }
}

function make(name, className = "", text = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

/** A text that has not changed is not set: setting it would drop a selection. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
