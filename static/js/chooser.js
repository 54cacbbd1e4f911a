// A form with data-autosubmit is sent as soon as one of its choosers changes. Its button serves people without
// JavaScript; the class on <html> tells the stylesheet to hide what carries .nojs.
document.documentElement.classList.add("js");

// Chips that do not fit the screen slide sideways; the chosen one is slid into sight.
document.addEventListener("DOMContentLoaded", () => {
  for (const chosen of document.querySelectorAll(".tabs > [aria-current]")) {
    const tabs = chosen.parentElement;
    tabs.scrollLeft = chosen.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - chosen.offsetWidth) / 2;
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosubmit]") && event.target.matches("select, input[type=checkbox], input[type=radio]")) {
    form.requestSubmit();
  }
});
