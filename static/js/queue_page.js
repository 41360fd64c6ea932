// The page of what waits on this device, and the page that compares a record with the portal's.
{
  const root = document.getElementById("queue"), { queue } = self;
  const within = (place, name) => place.querySelector(`[data-${name}]`);
  const DAY = 864e5; // milliseconds

  function start() {
    const facts = JSON.parse(root.dataset.queue), words = within(root, "words").dataset;
    const digits = new Intl.NumberFormat(facts.locale);
    const number = (activity) => Number(activity) || 0, kept = new URLSearchParams(location.search).get("kept");

    function shown(item) {
      const card = within(root, "item").content.firstElementChild.cloneNode(true), { problem, state } = item;
      const isFree = state !== queue.SENT, differs = isFree && problem?.status === 409 && problem.current;
      const alike = isFree && problem?.code === "looks_like_recorded";
      within(card, "title").textContent = item.title || "";
      within(card, "about").textContent = [item.about, [...new Set(item.days)].filter(Boolean).join(" – ")].filter(Boolean).join(" · ");
      within(card, "age").textContent = queue.since(item.sent_at || item.changed || item.created);
      const trouble = problem ? [differs ? words.differs : problem.detail, ...Object.values(problem.errors || {}).flat()] : isFree && !item.payload ? [words.incomplete] : [];
      within(card, "problem").textContent = trouble.join(" ");
      within(card, "problem").hidden = !trouble.length;
      const links = { edit: isFree && `/activities/offline/form/?uid=${encodeURIComponent(item.uid)}`, open: number(item.activity || problem?.current?.id) && `/activities/${number(item.activity || problem?.current?.id)}/` };
      for (const [name, address] of Object.entries(links)) {
        within(card, name).hidden = !address;
        if (address) within(card, name).href = address;
      }
      const buttons = {
        send: isFree && item.payload && !differs && !alike && (() => queue.release(item.uid).then(() => queue.sendNow())),
        compare: differs && (() => compare(item)),
        another: alike && (() => queue.change(item.uid, (now) => now && { ...now, payload: { ...now.payload, not_the_same: true } }).then(() => queue.release(item.uid)).then(() => queue.sendNow())),
        drop: () => confirm(within(card, "drop").dataset.ask) && queue.drop(item.uid),
      };
      for (const [name, act] of Object.entries(buttons)) {
        within(card, name).hidden = !act;
        if (act) within(card, name).addEventListener("click", act);
      }
      if (alike) {
        const place = within(card, "alike");
        place.hidden = false;
        place.textContent = `${words.alike} `;
        for (const other of problem.alike) {
          const link = document.createElement("a");
          link.href = `/activities/${number(other.id)}/`;
          link.textContent = [...new Set([other.starts_on, other.ends_on])].join(" – ") || other.id;
          place.append(link, " ");
        }
      }
      return card;
    }

    async function show() {
      const items = await queue.all(), mine = items.filter((item) => item.user === facts.user).sort((one, other) => other.created - one.created);
      for (const section of root.querySelectorAll("[data-state]")) {
        const here = mine.filter((item) => item.state === section.dataset.state);
        section.hidden = !here.length;
        within(section, "number").textContent = digits.format(here.length);
        section.querySelector("ul").replaceChildren(...here.map(shown));
      }
      const others = items.filter((item) => item.user !== facts.user && item.state !== queue.SENT).length;
      within(root, "others").hidden = !others;
      within(root, "others").querySelector("b").textContent = digits.format(others);
      within(root, "kept").hidden = mine.find((item) => item.uid === kept)?.state !== queue.READY;
      within(root, "empty").hidden = mine.length > 0;
      within(root, "send-all").hidden = !mine.some((item) => item.state === queue.READY);
      within(root, "export").disabled = !mine.some((item) => item.state !== queue.SENT);
    }

    async function compare(item) {
      const form = within(root, "compare-form"), { csrf } = await queue.session();
      const given = { csrfmiddlewaretoken: csrf, uid: item.uid, activity: item.problem.current.id, record: JSON.stringify(item.payload) };
      for (const [name, value] of Object.entries(given)) form.elements[name].value = value;
      form.submit();
    }

    async function save() {
      const items = (await queue.all()).filter((item) => item.user === facts.user && item.state !== queue.SENT);
      const file = new Blob([JSON.stringify({ format: "tawama-records", version: 1, user: facts.user, items }, null, 1)], { type: "application/json" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = `tawama-${new Date().toISOString().slice(0, 10)}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), DAY / 1440);
    }

    const refuse = (text) => {
      within(root, "refused").textContent = text;
      within(root, "refused").hidden = !text;
    };
    const sayings = (value, key = "") => (value && typeof value === "object" ? Object.entries(value).flatMap(([name, inner]) => sayings(inner, name.replace(/^line-\d+-/, ""))) : facts.texts.includes(key) ? [String(value)] : []);
    const isClean = (item) => !sayings(item).some((text) => queue.isIdentity(text, facts.refused));

    async function load({ target }) {
      refuse("");
      let given;
      try {
        given = JSON.parse(await target.files[0].text());
      } catch (error) {
        given = null;
      }
      target.value = "";
      if (given?.format !== "tawama-records" || !Array.isArray(given.items)) return refuse(words.broken);
      if (given.user !== facts.user) return refuse(words.foreign);
      for (const { uid, what, activity, form, payload, title, about, days, created, state } of given.items) {
        if (!/^[\da-f-]{36}$/.test(uid || "") || !form || typeof form !== "object") refuse(words.broken);
        else if (!isClean({ form, payload })) refuse(words.identity);
        else await queue.change(uid, (item) => item || { uid, user: facts.user, what: what === "report" ? what : "log", activity: number(activity) || null, form, payload: payload || null, title: String(title || ""), about: String(about || ""), days: (days || []).map(String), created: Number(created) || Date.now(), changed: Date.now(), tries: 0, state: payload && state === queue.READY ? queue.READY : queue.DRAFT, problem: null });
      }
      return queue.sendNow();
    }

    within(root, "send-all").addEventListener("click", () => queue.sendNow());
    within(root, "export").addEventListener("click", save);
    within(root, "import").addEventListener("change", load);
    queue.hear(show);
    show();
  }

  // The page that compares: what the person decides is kept with the record.
  async function decide(button) {
    const { uid, activity, version, theirs } = button.dataset;
    if (theirs !== undefined) await queue.change(uid, (item) => item && queue.arrived(Number(activity))(item));
    else {
      await queue.change(uid, (item) => item && item.payload && { ...item, what: "report", activity: Number(activity), payload: { ...item.payload, version: Number(version) } });
      await queue.release(uid);
      await queue.sendNow();
    }
    location.href = theirs !== undefined ? `/activities/${Number(activity)}/` : "/activities/queue/";
  }

  if (root && queue && "indexedDB" in self) start();
  for (const button of document.querySelectorAll("[data-decide]")) button.addEventListener("click", () => decide(button));
}
