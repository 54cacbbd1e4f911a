// A form, or one of its buttons, with data-confirm="question" asks before it is sent. The yes button says what the
// pressed button says (or data-confirm-yes). Without JavaScript the form goes through at once.
const confirmed = new WeakSet();

function ask(question, yes, danger) {
  const dialog = document.getElementById("ask").content.cloneNode(true).querySelector("dialog");
  const button = dialog.querySelector("[value=yes]");
  dialog.querySelector("p").textContent = question;
  button.textContent = yes;
  button.classList.toggle("danger", danger);
  button.classList.toggle("go", !danger);
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
    if (await ask(question, yes, Boolean(pressed?.matches(".danger")))) {
      confirmed.add(form);
      form.requestSubmit(pressed);
    } else {
      pressed?.focus();
    }
  },
  true,
);
