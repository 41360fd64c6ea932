// The form of a day: kept on this device as one types, sent from there when there is no line. `data-offline` says what the form knows.
{
  const form = document.querySelector("form[data-offline]"), { queue } = self;
  const facts = form ? JSON.parse(form.dataset.offline) : null;
  const PAUSE = 400; // milliseconds without a key
  const alone = form?.hasAttribute("data-alone"); // the page that works without the portal
  const place = form?.querySelector("[data-kept]");
  let timer, isPassing = false, hasTyped = false, began;

  // --- What is typed, in the portal's own terms ---

  const { western } = queue || {};
  const folded = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}|ـ/gu, "").replace(/[أإآٱ]/g, "ا").replace(/[ىئ]/g, "ي").replace(/ؤ/g, "و").replace(/ة/g, "ه").replace(/ء/g, "");

  function isoDay(text) {
    const typed = western(text).replace(/[\u200e\u200f\u061c،,]/g, " ").trim();
    let found = typed.match(/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/);
    let [year, month, day] = found ? found.slice(1).map(Number) : [];
    if (!found && (found = typed.match(/^(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})$/))) [day, month, year] = found.slice(1).map(Number);
    if (!found && (found = typed.match(/^(\d{1,2})(?:er)?\s+(\D+?)\s+(\d{4}|\d{2})$/))) [day, month, year] = [Number(found[1]), facts.months[folded(found[2])] || 0, Number(found[3])];
    if (!found) return null;
    if (year < 100) year += year < 70 ? 2000 : 1900;
    const made = new Date(Date.UTC(year, month - 1, day));
    return made.getUTCMonth() === month - 1 && made.getUTCDate() === day && year >= 1960 && year <= 2100 ? made.toISOString().slice(0, 10) : null;
  }

  const countOf = (text) => {
    const typed = western(text).replace(/[\s\u00a0\u202f٬]/g, "");
    return typed === "" ? 0 : /^\d{1,7}$/.test(typed) ? Number(typed) : null;
  };

  const fields = () => [...form.elements].filter((field) => field.name && !field.disabled && !["csrfmiddlewaretoken", "stage"].includes(field.name) && !["submit", "button", "file"].includes(field.type));

  // The fields by name; words that look like a patient's identity are not kept.
  function typed() {
    const values = {}, refused = [];
    for (const field of fields()) {
      if (["radio", "checkbox"].includes(field.type) && !field.checked) continue;
      if (facts.texts.includes(field.name.replace(/^line-\d+-/, "")) && queue.isIdentity(field.value, facts.refused)) refused.push(field);
      else if (field.type === "checkbox") (values[field.name] ||= []).push(field.value);
      else values[field.name] = field.value;
    }
    return { values, refused };
  }

  const known = (values) => facts.partnerships[values.partnership] || (alone ? { people: {} } : Object.values(facts.partnerships)[0]);

  // The body of POST /api/v1/activities/ (or of its report), and what does not fit: {name: words}.
  function bodyOf(values) {
    const partnership = known(values), problems = {}, results = [], people = [], heads = [];
    const body = { uid: values.uid, kind: values.kind, partnership: partnership.code };
    const plain = (name, key, value) => {
      if (key.endsWith("_on")) {
        if (value && !isoDay(value)) problems[name] = facts.words.day;
        return value ? isoDay(value) : null;
      }
      if (!facts.counts.includes(key)) return value;
      if (countOf(value) === null) problems[name] = facts.words.count;
      return countOf(value);
    };
    for (const [name, value] of Object.entries(values)) {
      const line = name.match(/^line-(\d+)-(.+)$/), head = partnership.people[name];
      if (["uid", "kind", "partnership", "lines", "activity", "version"].includes(name)) continue;
      if (line) {
        if (Number(line[1]) >= Number(values.lines || 1)) continue;
        const row = results[line[1]] ||= {}, key = line[2];
        if (key === "site") row.site = facts.codes[value] || null;
        else if (key === "specialty") row.specialty = value || null;
        else row[key] = plain(name, key, value);
      } else if (head) {
        const count = plain(name, name, value);
        if (count) heads.push(name) && people.push({ ...head, count });
      } else if (facts.parties.includes(name)) body[name] = [value].flat().map((key) => facts.codes[key]).filter(Boolean);
      else body[name] = name === "not_the_same" ? Boolean(value) : plain(name, name, value);
    }
    for (const row of results) if (row?.site) row.place = "";
    body.results = results.filter(Boolean);
    body.people = people;
    if (!values.activity) {
      for (const name of ["starts_on", "ends_on"]) if (!body[name]) problems[name] = facts.words.day;
      if (body.starts_on && body.ends_on && body.ends_on < body.starts_on) problems.ends_on = facts.words.order;
    } else {
      for (const name of ["kind", "partnership", "starts_on", "ends_on"]) delete body[name];
      body.version = Number(values.version);
    }
    return { body, problems, heads };
  }

  // --- Keeping ---

  const uid = () => form.elements.uid?.value;
  const text = (selector) => form.querySelector(selector)?.selectedOptions?.[0]?.textContent.trim() || "";

  async function keep() {
    clearTimeout(timer);
    if (!uid()) return null;
    const { values, refused } = typed(), { body, problems, heads } = bodyOf(values);
    const activity = Number(values.activity) || null;
    for (const field of fields()) if (field.type !== "hidden") mark(field, refused.includes(field) ? facts.words.identity : "", "identity");
    const item = await queue.keep({
      uid: uid(), user: facts.user, state: queue.DRAFT, handed: false, what: activity ? "report" : "log", activity, form: values, heads, payload: Object.keys(problems).length ? null : body,
      title: alone ? text("[name=kind]") || form.dataset.title : form.dataset.title, about: known(values).title, days: [values.starts_on, values.ends_on],
    });
    if (place && item.state === queue.DRAFT) place.textContent = facts.words.kept.replace("{time}", new Date().toLocaleTimeString(facts.locale, { hour: "2-digit", minute: "2-digit" }));
    return { item, refused, problems };
  }

  // An error of our own at a field, beside those of the portal.
  function mark(field, words, sort) {
    const old = field.parentElement.querySelector(`[data-mark=${sort}]`);
    if ((old?.textContent || "") === words) return;
    old?.remove();
    field.removeAttribute("aria-invalid");
    if (!words) return;
    const line = document.createElement("p");
    line.className = "field__error";
    line.dataset.mark = sort;
    line.id = `${field.id || field.name}-${sort}`;
    line.textContent = words;
    field.before(line);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", line.id);
  }

  function showProblems(problems, more = "") {
    const box = document.querySelector("[data-problems]"), list = box?.querySelector("ul");
    if (!box) return;
    for (const old of form.querySelectorAll("[data-mark=problem]")) old.remove();
    list.replaceChildren();
    for (const [name, words] of [...(more ? [["", more]] : []), ...Object.entries(problems)]) {
      const field = name && form.elements[name], target = field instanceof RadioNodeList ? field[0] : field;
      if (target?.id) mark(target, words, "problem");
      const line = document.createElement("li"), link = document.createElement(target?.id ? "a" : "span");
      if (target?.id) link.href = `#${target.id}`;
      link.textContent = words;
      line.append(link);
      list.append(line);
    }
    box.hidden = !list.children.length;
    if (!box.hidden) box.focus();
  }

  // The portal's names of fields, in the names of this form.
  const nameOf = (name, heads = []) => name.replace(/^results\.(\d+)\.(.+)$/, "line-$1-$2").replace(/^people\.(\d+)\..+$/, (all, place) => heads[place] || "");
  const queuePage = (more) => { location.href = `/activities/queue/?kept=${encodeURIComponent(more)}`; };

  async function submitted(event) {
    const stage = event.submitter?.value || "";
    if (isPassing || !["review", "save"].includes(stage)) return;
    event.preventDefault();
    let kept;
    try {
      kept = await keep();
    } catch (error) { // a browser that keeps nothing: the plain form
      console.info("offline:", error);
    }
    if (kept && (alone || !navigator.onLine)) {
      if (kept.refused.length) return kept.refused[0].focus();
      if (Object.keys(kept.problems).length) return showProblems(kept.problems);
      await queue.release(uid());
      return queuePage(uid());
    }
    if (kept && stage === "save") await queue.hand(uid());
    isPassing = true;
    form.requestSubmit(event.submitter);
    isPassing = false;
  }

  // --- The page that stands alone: the form is put together here ---

  const lines = () => form.querySelectorAll("[data-line]");
  const one = (name) => form.elements[name];

  function fit() {
    const partnership = one("partnership").value, kind = one("kind").value, planned = one("activity").value;
    for (const part of form.querySelectorAll("[data-kinds], [data-partnerships]")) {
      const fits = (part.dataset.kinds || kind).split(" ").includes(kind) && (part.dataset.partnerships || partnership).split(" ").includes(partnership);
      part.hidden = !fits;
      for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !fits;
    }
    for (const part of form.querySelectorAll("[data-names]")) rename(part, JSON.parse(part.dataset.names)[kind]);
    for (const line of lines()) {
      const more = line.querySelector("[data-more-figures]");
      for (const part of line.querySelectorAll("[data-more]")) (part.dataset.more.split(" ").includes(kind) ? more.querySelector("div") : line.querySelector("[data-usual-figures]")).append(part);
      more.hidden = !more.querySelector("[data-more]:not([hidden])");
    }
    for (const select of form.querySelectorAll("[name$=-site]")) {
      if (select.dataset.of === partnership) continue;
      select.replaceChildren(document.querySelector(`template[data-sites="${partnership}"]`).content.cloneNode(true));
      select.dataset.of = partnership;
    }
    for (const name of ["partnership", "kind", "starts_on", "ends_on"]) one(name).closest(".field").hidden = Boolean(planned);
    one("lines").value = lines().length;
    for (const button of form.querySelectorAll("[data-drop]")) button.hidden = lines().length < 2;
  }

  // What this kind calls a field: in its label, and in the names of the buttons beside it.
  function rename(part, words) {
    const label = part.querySelector("label") || part, old = part.dataset.name || label.textContent;
    if (!words || words === part.dataset.name) return;
    label.textContent = words;
    for (const button of part.querySelectorAll("[aria-label]")) button.setAttribute("aria-label", button.getAttribute("aria-label").replace(old, words));
    part.dataset.name = words;
  }

  function addLine() {
    const number = lines().length, holder = document.createElement("div");
    holder.innerHTML = document.querySelector("template[data-new-line]").innerHTML.replaceAll("line-0-", `line-${number}-`);
    const line = holder.firstElementChild;
    line.querySelector("[data-number]").textContent = new Intl.NumberFormat(facts.locale).format(number + 1);
    form.querySelector("[data-lines]").append(line);
    fit();
    if (number) one(`line-${number}-site`).value = one(`line-${number - 1}-site`).value;
  }

  function dropLine(line) {
    const rest = typed().values, place = [...lines()].indexOf(line), count = lines().length;
    lines()[count - 1].remove();
    for (let number = place; number < count - 1; number += 1) {
      for (const field of lines()[number].querySelectorAll("[name^=line-]")) field.value = rest[field.name.replace(/^line-\d+/, `line-${number + 1}`)] ?? "";
    }
    fit();
  }

  function plannedDays() {
    const chosen = one("activity").selectedOptions[0];
    one("version").value = chosen.dataset.version || "";
    if (!one("activity").value) return fit();
    for (const name of ["partnership", "kind", "starts_on", "ends_on"]) one(name).value = chosen.dataset[name.replace("_on", "")] ?? one(name).value;
    return fit();
  }

  function fill(values) {
    while (lines().length < Math.min(20, Number(values.lines) || 1)) addLine();
    for (const name of ["partnership", "kind", "activity"]) if (values[name]) one(name).value = values[name];
    fit();
    for (const [name, value] of Object.entries(values)) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (["radio", "checkbox"].includes(field.type)) field.checked = [value].flat().includes(field.value);
        else field.value = value;
      }
    }
    for (const details of form.querySelectorAll("details")) details.open ||= [...details.querySelectorAll("input, textarea")].some((field) => field.value);
    fit();
  }

  async function begin() {
    const asked = new URLSearchParams(location.search);
    addLine();
    one("uid").value = crypto.randomUUID();
    const now = new Date(), two = (number) => String(number).padStart(2, "0");
    for (const name of ["starts_on", "ends_on"]) one(name).value = `${two(now.getDate())}/${two(now.getMonth() + 1)}/${now.getFullYear()}`;
    for (const name of ["partnership", "kind", "activity"]) if ([...one(name).options].some((option) => option.value === asked.get(name))) one(name).value = asked.get(name);
    plannedDays();
    const item = asked.get("uid") && await queue.take(asked.get("uid"));
    if (!item || item.user !== facts.user || !item.form) return;
    fill(item.form);
    one("uid").value = item.uid;
    const { problem } = item;
    if (problem) showProblems(Object.fromEntries(Object.entries(problem.errors).map(([name, all]) => [nameOf(name, item.heads), all.join(" ")])), problem.detail);
    self.totals?.();
  }

  if (form && queue && "indexedDB" in self && form.requestSubmit) {
    const safely = (work) => (...given) => Promise.resolve(work(...given)).catch((error) => console.info("offline:", error));
    const soon = () => {
      hasTyped = true;
      clearTimeout(timer);
      timer = setTimeout(safely(() => began.then(keep)), PAUSE);
    };
    began = alone ? safely(begin)() : Promise.resolve();
    if (!alone && uid()) safely(queue.take)(uid()); // back from the portal with errors: still being written
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("click", ({ target }) => { if (target.closest("[data-step]")) soon(); });
    form.addEventListener("submit", safely(submitted));
    addEventListener("pagehide", () => { if (timer && hasTyped) keep().catch(() => {}); });
    document.addEventListener("htmx:sendError", () => safely(keep)().then(() => { location.href = `/activities/offline/form/?uid=${uid()}`; }));
    if (alone) {
      form.addEventListener("change", ({ target }) => { if (target.name === "activity") plannedDays(); else if (["partnership", "kind"].includes(target.name)) fit(); });
      form.addEventListener("click", ({ target }) => {
        if (target.closest("[data-add]")) addLine();
        else if (target.closest("[data-drop]")) dropLine(target.closest("[data-line]"));
        else return;
        soon();
      });
    }
  }
}
