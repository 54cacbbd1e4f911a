// A form, or one of its buttons, with data-confirm="question" asks before it is sent. The yes button says what the
// pressed button says (or data-confirm-yes). Without JavaScript the form goes through at once.
const confirmed = new WeakSet();

function button(label, look, value) {
  const made = document.createElement("button");
  made.className = `btn ${look}`;
  made.value = value;
  made.textContent = label;
  return made;
}

function ask(question, yes, danger) {
  const dialog = document.createElement("dialog");
  const form = document.createElement("form");
  const text = document.createElement("p");
  const buttons = document.createElement("div");
  dialog.className = "ask";
  form.method = "dialog";
  text.id = "ask-text";
  text.textContent = question;
  dialog.setAttribute("aria-labelledby", text.id);
  buttons.className = "btns";
  buttons.append(button(document.body.dataset.cancel, "", "no"), button(yes, danger ? "danger" : "go", "yes"));
  form.append(text, buttons);
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const pressed = event.submitter;
    const question = pressed?.dataset.confirm ?? form.dataset.confirm;
    if (!question || confirmed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const yes = pressed?.dataset.confirmYes ?? form.dataset.confirmYes ?? pressed?.textContent.trim() ?? "OK";
    if (await ask(question, yes, pressed?.matches(".danger"))) {
      confirmed.add(form);
      form.requestSubmit(pressed);
    } else {
      pressed?.focus();
    }
  },
  true,
);
