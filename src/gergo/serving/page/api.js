// Talking to the server: JSON in and out, a key where one is wanted, errors with the server's own words.

import { $ } from "./dom.js";

const KEY = "gergo-key";

export class Failure extends Error {
  constructor(code, message, hint) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

export async function call(path, body, signal) {
  const headers = { Accept: "application/json" };
  const key = sessionStorage.getItem(KEY);
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure("unreachable", "The server cannot be reached.", "");
  }
  const said = await answer.json().catch(() => null);
  if (answer.ok && said) return said;
  if (answer.status === 401) {
    await askForKey(Boolean(key));
    return call(path, body, signal);
  }
  const { code, message, hint } = said?.error ?? { code: "failed", message: `The server answered ${answer.status}.`, hint: "" };
  throw new Failure(code, message, hint);
}

let asking = null;

function askForKey(wrong) {
  asking ??= new Promise((known) => {
    const dialog = $("key");
    $("key-wrong").hidden = !wrong;
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener(
      "close",
      () => {
        sessionStorage.setItem(KEY, $("key-value").value.trim());
        $("key-value").value = "";
        asking = null;
        known();
      },
      { once: true },
    );
    dialog.showModal();
  });
  return asking;
}
