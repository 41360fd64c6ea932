// On every page: says what waits on this device, sends it when there is a line, and keeps the empty form of the person who is logged in.
{
  const bar = document.getElementById("waiting"), { queue } = self;
  const { language } = bar?.dataset || {}, user = Number(bar?.dataset.user) || null;
  const TICK = 15e3, SOON = 1e3, QUIET = 2e3, LONG = 60e3; // milliseconds
  let timer, isSending = false;

  const digits = new Intl.NumberFormat(bar?.dataset.locale || "ar");
  const since = (moment) => {
    const minutes = Math.max(0, Math.round((Date.now() - moment) / 6e4));
    const [count, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
    return new Intl.RelativeTimeFormat(bar?.dataset.locale || "ar", { numeric: "auto" }).format(-count, unit);
  };

  function say(state) {
    bar.dataset.state = state;
    for (const words of bar.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== state;
  }

  async function show() {
    const found = await queue.counts(user);
    for (const name of ["draft", "ready", "others"]) {
      const place = bar.querySelector(`[data-count=${name}]`);
      place.textContent = digits.format(found[name]);
      place.parentElement.hidden = !found[name];
    }
    const oldest = bar.querySelector("[data-oldest]");
    oldest.textContent = found.oldest ? since(found.oldest) : "";
    oldest.parentElement.hidden = !found.oldest;
    bar.hidden = !(found.draft + found.ready + found.others);
    clearTimeout(timer);
    if (found.ready) timer = setTimeout(send, Math.min(Math.max(found.next - Date.now(), SOON), 2 ** 30));
    return found;
  }

  async function send(eager = false) {
    if (isSending) return;
    const waiting = await queue.counts(user);
    if (!waiting.ready && !eager) return;
    isSending = true;
    if (waiting.ready) say(navigator.onLine ? "sending" : "offline");
    const end = navigator.onLine ? await queue.send(user, eager === true, document.querySelector("form[data-offline] [name=uid]")?.value) : "offline";
    isSending = false;
    say(navigator.onLine ? end : "offline");
    const left = await show();
    if (!left.ready) return;
    clearTimeout(timer);
    timer = setTimeout(send, end === "idle" || end === "offline" ? Math.max(left.next - Date.now(), SOON) : end === "login" ? LONG : TICK);
    if (end === "offline") (await navigator.serviceWorker?.ready)?.sync?.register("tawama-send").catch(() => {});
  }

  // The pages that work without a line, fetched anew once a day, in the person's language; those of somebody else go at once.
  async function keepPages() {
    const wanted = [user, language, bar.dataset.version, new Date().toDateString()].join(" ");
    const have = localStorage.getItem("tawama-kept") || "", paths = bar.dataset.keep.split(" ").filter(Boolean);
    const isThere = paths.length && await caches.match(paths[0], { cacheName: "tawama-mine", ignoreVary: true });
    if (have === wanted && isThere) return;
    if (have.split(" ")[0] !== String(user)) await caches.delete("tawama-mine");
    localStorage.setItem("tawama-kept", `${user}`);
    if (!paths.length) return;
    await navigator.serviceWorker.register("/sw.js");
    await navigator.serviceWorker.ready;
    const cache = await caches.open("tawama-mine");
    for (const path of paths) {
      const answer = await fetch(path, { credentials: "same-origin", cache: "no-store" });
      const isMine = answer.ok && !answer.redirected && (await answer.clone().text()).includes(`data-user="${user}"`);
      if (!isMine) return caches.delete("tawama-mine");
      await cache.put(path, answer);
    }
    localStorage.setItem("tawama-kept", wanted);
  }

  if (user && queue && "indexedDB" in self) {
    const safely = (work) => (...given) => work(...given).catch((error) => console.info("offline:", error));
    const eager = safely(() => send(true));
    queue.hear(safely(show));
    addEventListener("online", eager);
    addEventListener("offline", () => say("offline"));
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") eager(); });
    bar.addEventListener("click", ({ target }) => { if (target.closest("[data-send]")) eager(); });
    queue.sendNow = eager;
    queue.since = since;
    safely(show)().then(eager);
    if (!navigator.onLine) say("offline");
    if ("serviceWorker" in navigator && "caches" in self && !bar.dataset.alone) addEventListener("load", () => setTimeout(safely(keepPages), QUIET));
  }
}
