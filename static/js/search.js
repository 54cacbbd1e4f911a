// The search in the header: "/" goes to it, the arrow keys walk through what is suggested, Escape closes that.
// Without this file the field is reached by Tab and its form is sent by Enter.
const isTyping = (element) => element.isContentEditable || element.matches("input, textarea, select");
const isSeen = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

document.addEventListener("keydown", (event) => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !event.defaultPrevented;
  if (event.key !== "/" || !isPlain || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const fields = [...document.querySelectorAll("[data-find]")];
  let field = fields.find(isSeen);
  if (!field) {
    // On a phone it stands in the menu.
    field = fields.find((each) => each.closest("details.menu"));
    const menu = field?.closest("details.menu");
    if (menu) menu.open = true;
  }
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.find");
  if (!form || event.isComposing) return;
  const suggest = form.querySelector(".suggest");
  const stops = [form.querySelector("[data-find]"), ...suggest.querySelectorAll("a")];
  const at = stops.indexOf(document.activeElement);
  if (event.key === "Escape" && suggest.childElementCount > 0) {
    suggest.replaceChildren();
    stops[0].focus();
    event.stopPropagation();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && stops.length > 1 && at >= 0) {
    event.preventDefault();
    stops[(at + (event.key === "ArrowDown" ? 1 : -1) + stops.length) % stops.length].focus();
  }
});
