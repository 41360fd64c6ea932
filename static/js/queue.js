// What waits on this device: a queue in the browser's own database, and what sends it, each item once. For pages and for the service worker.
self.queue = (() => {
  const DRAFT = "draft", READY = "ready", SENT = "sent";
  const FIRST_WAIT = 4e3, LONGEST_WAIT = 600e3, PATIENCE = 30e3, KEEP_SENT = 14 * 864e5; // milliseconds
  const HANDED = 20e3; // what the page itself has posted is asked about after so long
  const channel = "BroadcastChannel" in self ? new BroadcastChannel("tawama") : null;
  const heard = new Set();
  let opened;

  function open() {
    opened ||= new Promise((resolve, reject) => {
      const request = indexedDB.open("tawama", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("items", { keyPath: "uid" });
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        request.result.onversionchange = () => { request.result.close(); opened = null; };
        resolve(request.result);
      };
    });
    opened.catch(() => { opened = null; });
    return opened;
  }

  // Work in one transaction; done when it is on the disk.
  async function within(mode, work) {
    const base = await open();
    return new Promise((resolve, reject) => {
      const transaction = base.transaction("items", mode, { durability: "strict" });
      let answer;
      transaction.oncomplete = () => resolve(answer);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
      work(transaction.objectStore("items"), (value) => { answer = value; });
    });
  }

  const all = () => within("readonly", (items, say) => { items.getAll().onsuccess = ({ target }) => say(target.result); });
  const get = (uid) => within("readonly", (items, say) => { items.get(uid).onsuccess = ({ target }) => say(target.result); });

  // Read, alter and write one item with nobody in between. `alter` gets the item or undefined; what it returns is kept, null deletes.
  async function change(uid, alter) {
    const kept = await within("readwrite", (items, say) => {
      items.get(uid).onsuccess = ({ target }) => {
        const item = alter(target.result);
        if (item === null) items.delete(uid);
        else if (item) items.put(item);
        say(item);
      };
    });
    tell();
    return kept;
  }

  function tell() {
    channel?.postMessage("changed");
    for (const listener of heard) listener();
  }
  if (channel) channel.onmessage = () => { for (const listener of heard) listener(); };

  const pause = (tries) => Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);
  const later = (after = 0) => (item) => item && { ...item, tries: (item.tries || 0) + 1, next: Date.now() + (after * 1000 || pause(item.tries || 0)), hold: after > 0 };

  async function ask(address, options = {}) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(address, { ...options, headers: { Accept: "application/json", ...options.headers }, credentials: "same-origin", cache: "no-store", signal: stop.signal });
      const isJson = /json/.test(answer.headers.get("Content-Type") || "");
      return { status: answer.status, after: Number(answer.headers.get("Retry-After")) || 0, isJson, body: isJson ? await answer.json() : {} };
    } finally {
      clearTimeout(timer);
    }
  }

  // Who is logged in, with a fresh token against forgery; which of these numbers the portal has already.
  async function session(uids = []) {
    const answer = await ask(`/activities/queue/session/?${new URLSearchParams(uids.slice(0, 50).map((uid) => ["uid", uid]))}`);
    if (answer.status !== 200 || !answer.isJson) throw new Error(`session ${answer.status}`);
    return answer.body;
  }

  function deliver(item, token) {
    const address = item.what === "report" ? `/api/v1/activities/${Number(item.activity)}/report/` : "/api/v1/activities/";
    return ask(address, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(item.payload) });
  }

  const arrived = (activity) => (item) => item && { ...item, state: SENT, sent_at: Date.now(), activity, form: undefined, payload: undefined, problem: null, handed: false };

  // What an answer makes of an item. A draft that changed while it was under way stays a draft.
  function settle(item, { status, after, isJson, body }) {
    if (isJson && (status === 200 || status === 201)) {
      return change(item.uid, (now) => now && (now.changed === item.changed ? arrived(body.id)(now) : { ...now, activity: body.id }));
    }
    if (status === 429 || status === 408 || status >= 500 || !isJson) return change(item.uid, later(after));
    const problem = { status, code: body.code || "", detail: body.detail || "", errors: body.errors || {}, current: body.current || null, alike: body.other ? [body.other] : [] };
    return change(item.uid, (now) => now && { ...now, state: DRAFT, handed: false, problem });
  }

  // One pass over what is ready; `eager` does not wait for the pause after a failure, `open` is being written now. Says how it ended.
  async function pass(user, eager, open) {
    const tried = new Set([open]);
    let here = null;
    for (;;) {
      const items = (await all()).filter((item) => (item.state === READY || item.handed) && !tried.has(item.uid) && (!user || item.user === user));
      const due = items.filter((item) => (eager && !item.hold) || (item.next || 0) <= Date.now());
      if (!due.length) return "idle";
      try {
        if (!here) {
          here = await session(due.filter((item) => item.handed).map((item) => item.uid));
          if (!here.user) return "login";
        }
        const item = due.find((one) => one.user === here.user);
        if (!item) return user ? "login" : "idle";
        tried.add(item.uid);
        if (item.handed && item.what === "log" && here.known[item.uid]) { // the page itself posted it, and it arrived
          await change(item.uid, arrived(here.known[item.uid]));
          continue;
        }
        if (item.state !== READY) {
          await change(item.uid, (now) => now && { ...now, handed: false });
          continue;
        }
        let answer = await deliver(item, here.csrf);
        if (answer.status === 401 || answer.status === 403) { // the session or its token may have changed since
          here = await session();
          if (!here.user) return "login";
          if (here.user !== item.user) continue;
          answer = await deliver(item, here.csrf);
        }
        await settle(item, answer);
      } catch (error) {
        for (const item of due) await change(item.uid, later());
        return "offline";
      }
    }
  }

  const send = (user = null, eager = false, open = "") => navigator.locks
    ? navigator.locks.request("tawama-send", { ifAvailable: true }, (lock) => (lock ? pass(user, eager, open) : "busy"))
    : pass(user, eager, open);

  // How many of `user`'s wait, since when, when the next one is to be tried; and how many wait for other people.
  async function counts(user) {
    const items = await all();
    const found = { draft: 0, ready: 0, sent: 0, others: 0, oldest: 0, next: 0 };
    for (const item of items) {
      if (item.state === SENT && item.sent_at < Date.now() - KEEP_SENT) change(item.uid, () => null);
      if (item.user !== user) found.others += item.state !== SENT;
      else {
        found[item.state] += 1;
        if (item.state !== SENT) found.oldest = Math.min(found.oldest || item.created, item.created);
        if (item.state === READY) found.next = Math.min(found.next || Infinity, item.next || 0) || 1;
      }
    }
    return found;
  }

  // What a person decides about an item.
  const keep = (given) => change(given.uid, (item) => (item && item.state === SENT ? item : { created: Date.now(), tries: 0, ...item, ...given, changed: Date.now() }));
  const release = (uid, more = {}) => change(uid, (item) => (item && item.payload && item.state !== SENT ? { ...item, state: READY, problem: null, tries: 0, next: 0, hold: false, handed: false, ...more } : item));
  const hand = (uid) => change(uid, (item) => (item && item.state !== SENT ? { ...item, state: item.payload ? READY : DRAFT, problem: null, tries: 0, hold: false, handed: true, next: Date.now() + HANDED } : item));
  const take = (uid) => change(uid, (item) => (item && item.state !== SENT ? { ...item, state: DRAFT, handed: false } : item));
  const drop = (uid) => change(uid, () => null);

  // Digits of every script as 0-9; and whether a text looks like a patient's identity, by the portal's own patterns.
  const isDigit = (code) => /\p{Nd}/u.test(String.fromCodePoint(code));
  const western = (text) => text.replace(/\p{Nd}/gu, (digit) => {
    let zero = digit.codePointAt();
    while (isDigit(zero - 1)) zero -= 1;
    return (digit.codePointAt() - zero) % 10;
  });
  const isIdentity = (text, patterns) => patterns.some(([source, flags]) => new RegExp(source, flags).test(western(text)));

  return { western, isIdentity, DRAFT, READY, SENT, all, get, change, keep, release, hand, take, drop, counts, send, session, arrived, hear: (listener) => heard.add(listener) };
})();
