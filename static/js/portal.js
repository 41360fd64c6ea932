// Comfort only: every page works without it. Steppers, the focus on errors, closing menus.
const count = (input) => {
  const digits = input.value.replace(/[٠-٩]/g, (d) => "٠١٢٣٤٥٦٧٨٩".indexOf(d)).replace(/[۰-۹]/g, (d) => "۰۱۲۳۴۵۶۷۸۹".indexOf(d));
  return parseInt(digits, 10) || 0;
};

function totals() {
  for (const output of document.querySelectorAll("output[data-sum]")) {
    let sum = 0;
    for (const input of document.querySelectorAll("input[inputmode=numeric]")) {
      if (new RegExp(output.dataset.sum).test(input.name)) sum += count(input);
    }
    output.value = sum.toLocaleString(document.documentElement.lang === "ar" ? output.dataset.locale || "ar-u-nu-latn" : "fr");
  }
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-step]");
  if (button) {
    const input = button.parentElement.querySelector("input");
    input.value = Math.max(0, count(input) + Number(button.dataset.step));
    totals();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The search box: "/" or Ctrl+K goes there (ظ is the same key on an Arabic keyboard), arrows walk through what was found.
const findBox = () => document.querySelector("main [data-find]") || document.querySelector("[data-find]");
document.addEventListener("toggle", ({ target }) => { if (target.open && target.matches(".find")) target.querySelector("input").focus(); }, true);
document.addEventListener("keydown", (event) => {
  const { key, code, target } = event;
  const isTyping = target.closest("input, textarea, select, [contenteditable]");
  const isHeld = event.ctrlKey || event.metaKey;
  const input = findBox();
  if (input && ((isHeld && !event.altKey && code === "KeyK") || (!isHeld && !event.altKey && !isTyping && ["/", "ظ"].includes(key)))) {
    event.preventDefault();
    const menu = input.closest("details");
    if (menu) menu.open = true;
    input.focus();
    input.select();
  }
  const here = target.closest("[data-find], #find-found a, #found .row a");
  if (here && (key === "ArrowDown" || key === "ArrowUp")) {
    const at = here.closest(".find") ? [".find [data-find]", "#find-found a"] : ["main [data-find]", "#found .row a"];
    const stops = [...document.querySelectorAll(at.join())];
    const next = stops[stops.indexOf(here) + (key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }
});
document.addEventListener("htmx:afterSwap", ({ target }) => {
  const voice = target.previousElementSibling;
  if (voice?.matches("[role=status]")) voice.textContent = target.querySelector("[data-said]")?.textContent ?? "";
});
document.addEventListener("input", totals);
document.addEventListener("focusin", ({ target }) => { if (target.inputMode === "numeric") target.select(); });
document.addEventListener("htmx:afterSettle", totals);
for (const list of document.querySelectorAll(".tabs__list")) { // a strip wider than the screen shows the tab one is on
  const here = list.querySelector("[aria-current]")?.getBoundingClientRect(), strip = list.getBoundingClientRect();
  if (here) list.scrollLeft += here.left + here.width / 2 - strip.left - strip.width / 2;
}
document.querySelector(".errors")?.focus();
totals();
// @import "queue.js";
// @import "offline.js";
// @import "offline_form.js";
