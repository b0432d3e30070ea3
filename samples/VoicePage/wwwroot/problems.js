/** The errors that the page explains: what has happened, and what to do. */
const PROBLEMS = {
  missing: ["No microphone was found.", "Connect one and start again, or type."],
  refused: ["The microphone is blocked.", "Allow it for this page, next to the address, and start again. You can also type."],
  busy: ["The microphone cannot be opened.", "Another program may be using it."],
  insecure: ["The browser offers no microphone here.", "Open the page with https, or on localhost."],
  unplugged: ["The microphone was disconnected.", "Connect it and start again, or type."],
  lost: ["The connection was lost.", "Check your network and start again."],
  server: ["The server does not answer.", "Check whether it is still running."],
  call: ["The service did not accept the call.", "Check OPENAI_API_KEY. The log of the server has the reason."],
  limit: ["Too many calls.", "Wait a minute and start again."],
  full: ["The server accepts no calls now.", "Start again in a moment."],
  stopped: ["The server is stopping.", "Start again in a moment."],
  service: ["The service has ended the call.", "The log of the server has the reason."],
  limits: ["A limit of the call was reached.", "Start again."],
};

/** The problems of a microphone do not prevent a user from typing. */
const TYPEABLE = ["missing", "refused", "busy", "insecure", "unplugged"];

const box = document.getElementById("problem");
const [button] = box.getElementsByTagName("button");

/**
 * Shows a problem, and lets screen readers announce it.
 * @param {string} name One of {@link PROBLEMS}.
 * @param {() => void} type Starts a call in which the user types.
 */
export function showProblem(name, type) {
  const [title, advice] = PROBLEMS[name];
  box.dataset.problem = name;
  box.querySelector("strong").textContent = title;
  box.querySelector("span").textContent = advice;
  button.hidden = !TYPEABLE.includes(name);
  button.onclick = type;
  box.hidden = false;
}

export function hideProblem() {
  box.hidden = true;
}

const notice = document.getElementById("notice");

const NOTICES = {
  simulated:
    "Simulation, because OPENAI_API_KEY is not set. It hears that you speak, but not what you say: each turn is the next line of a script. It does read what you type: try “fish”, or “two soups”.",
  relayOnly: "WebRTC is not available here, so your audio goes through the relay of the server.",
};

/**
 * Shows what the user should know, without interrupting.
 * @param {string | null} name One of {@link NOTICES}; null for nothing.
 */
export function showNotice(name) {
  notice.dataset.notice = name;
  notice.textContent = NOTICES[name] ?? "";
  notice.hidden = !name;
}
