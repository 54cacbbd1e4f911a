// The entry of figures: moving between cells like in a spreadsheet, pasting a block, saving as one types.
// Without this file the grid is a plain form with two buttons. All texts come from the form's data attributes.
const form = document.getElementById("grid");
const rows = [...form.querySelectorAll("tbody tr")]
  .map((row) => [...row.querySelectorAll("input[type=text]")])
  .filter((row) => row.length > 0);
const WAIT_MS = 800;
const RETRY_MS = [2000, 5000, 15000, 30000];

const place = (input) => {
  const y = rows.findIndex((row) => row.includes(input));
  return [y, y < 0 ? -1 : rows[y].indexOf(input)];
};
const changed = () => rows.flat().filter((input) => input.value.trim() !== was(input));

// What is stored of a cell, as the page was made or as was last saved: a hidden field, none where nothing is.

const stored = (input) => form.elements[input.name.replace(/^f/, "was")];
const was = (input) => stored(input)?.value ?? "";

function remember(input, text) {
  const known = stored(input);
  if (known) known.value = text;
  if (known || !text) return;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = input.name.replace(/^f/, "was");
  field.value = text;
  input.after(field);
}

// Moving

function go(y, x) {
  const next = rows[y]?.[x];
  next?.focus();
  next?.select();
  return Boolean(next);
}

form.addEventListener("keydown", (event) => {
  const input = event.target;
  const [y, x] = place(input);
  if (y < 0 || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  const caret = input.selectionStart === input.selectionEnd ? input.selectionStart : null;
  let moved = false;
  if (event.key === "Enter") {
    moved = true; // A form is never handed in by Enter from a cell.
    go(y + (event.shiftKey ? -1 : 1), x);
  } else if (event.key === "Tab") {
    const step = event.shiftKey ? -1 : 1;
    const cells = rows.flat();
    const next = cells[cells.indexOf(input) + step];
    next?.focus();
    next?.select();
    moved = Boolean(next);
  } else if (!event.shiftKey) {
    if (event.key === "ArrowUp") moved = go(y - 1, x);
    else if (event.key === "ArrowDown") moved = go(y + 1, x);
    else if (event.key === "ArrowLeft" && (whole || caret === 0)) moved = go(y, x - 1);
    else if (event.key === "ArrowRight" && (whole || caret === input.value.length)) moved = go(y, x + 1);
  }
  if (moved) event.preventDefault();
});

// Pasting a block: lines are rows, tabs part the columns. What would fall outside the grid is left out.

form.addEventListener("paste", (event) => {
  const [y, x] = place(event.target);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (y < 0 || !/[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""))) return;
  event.preventDefault();
  const block = text.replace(/(\r\n|\r|\n)$/, "").split(/\r\n|\r|\n/);
  block.forEach((line, dy) => {
    line.split("\t").forEach((value, dx) => {
      const input = rows[y + dy]?.[x + dx];
      if (input) input.value = value.trim();
    });
  });
  later();
});

// Saving as one types

let timer = null;
let running = null;
let tries = 0;
let leaving = false;

function tell(text, look = "down") {
  const saved = document.getElementById("saved");
  if (saved.textContent.trim() === text) return;
  saved.textContent = text;
  saved.className = `saved ${look}`;
  // Only what went wrong is read out; a word at every keystroke would be in the way.
  if (look === "down") saved.setAttribute("role", "alert");
  else saved.removeAttribute("role");
}

function later(wait = WAIT_MS) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
  if (tries === 0 && !running && changed().length > 0) tell(form.dataset.unsaved, "muted");
}

function body() {
  const data = new URLSearchParams(new FormData(form));
  // After signing in again in another window the cookie knows the newer token.
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (token) data.set("csrfmiddlewaretoken", token);
  return data;
}

// Only the cells that changed are posted, while typing and by the buttons: little, however large the grid.
form.addEventListener("formdata", ({ formData }) => {
  const typed = new Set(changed());
  for (const input of rows.flat()) {
    if (typed.has(input)) continue;
    formData.delete(input.name);
    formData.delete(stored(input)?.name);
  }
});

/** One saving at a time; whoever asks meanwhile waits for the one under way. */
function save() {
  if (leaving || (changed().length === 0 && tries === 0)) return running;
  running ??= send().then((wait) => {
    running = null;
    if (wait !== null) later(wait);
  });
  return running;
}

/** Post what changed; answers after how many milliseconds to try again, or null. */
async function send() {
  clearTimeout(timer);
  const sent = new Map(rows.flat().map((input) => [input, input.value]));
  tell(form.dataset.saving, "muted");
  try {
    const headers = { "X-Autosave": "1" };
    const answer = await fetch(form.action, { method: "POST", body: body(), headers });
    if (answer.status >= 500) throw new Error(String(answer.status));
    tries = 0;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.redirected || !page.querySelector("[data-cell]")) {
      tell(form.dataset.signedOut);
    } else if (answer.ok) {
      swap(page);
      settle(sent);
      return changed().length > 0 ? WAIT_MS : null;
    } else {
      // Refused: the message says why; what was typed stays in the fields, and nothing is taken as saved.
      swap(page, (part) => !part.dataset.cell);
      tell(form.dataset.refused);
    }
    return null;
  } catch {
    tell(form.dataset.offline);
    return RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)];
  }
}

/** Put every part of the answer in the place of the part with the same id. */
function swap(page, wanted = () => true) {
  for (const part of page.querySelectorAll("[data-swap]")) {
    if (wanted(part)) document.getElementById(part.id)?.replaceWith(document.importNode(part, true));
  }
}

/** Remember what is stored now, and mark the cells; a cell typed in meanwhile keeps what was typed. */
function settle(sent) {
  for (const [input, text] of sent) {
    const told = document.getElementById(`m.${input.name.slice(2)}`);
    const typedOn = input.value !== text;
    const isTheirs = "theirs" in told.dataset;
    if (!typedOn && (isTheirs || input !== document.activeElement)) {
      input.value = told.dataset.text;
      remember(input, told.dataset.text);
    } else if (!isTheirs) {
      remember(input, text.trim());
    }
    input.parentElement.className = told.dataset.state;
    if (told.dataset.state === "err") input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

form.addEventListener("input", () => later());
form.addEventListener("change", () => later(0));
form.addEventListener("submit", () => {
  leaving = true;
  clearTimeout(timer);
});
window.addEventListener("online", () => later(0));
window.addEventListener("pageshow", () => {
  leaving = false;
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && (running || changed().length > 0)) event.preventDefault();
});

// A link waits until what was typed is saved; the browser asks only if that fails.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || link?.target;
  if (!link || elsewhere || !(running || changed().length > 0)) return;
  event.preventDefault();
  await running;
  await save();
  location.assign(link.href);
});
