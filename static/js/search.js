// The search in the header: Ctrl or Command with K goes to it, the arrow keys walk through what is suggested, Escape closes that.
// Without this file the field is reached by Tab and its form is sent by Enter.
const isSeen = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

document.addEventListener("keydown", (event) => {
  // Not a single key: people who speak to their computer would press it by chance.
  const isAsked = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!isAsked || event.defaultPrevented || document.querySelector("dialog[open]")) return;
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
