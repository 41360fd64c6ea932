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
document.addEventListener("input", totals);
document.addEventListener("focusin", ({ target }) => { if (target.inputMode === "numeric") target.select(); });
document.addEventListener("htmx:afterSettle", totals);
document.querySelector(".errors")?.focus();
totals();
