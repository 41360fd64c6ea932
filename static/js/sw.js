// The service worker: keeps the style, the scripts, a page for when there is no line, and one person's empty form. Nothing else, ever.
const { version, files, offline, kept } = self.tawama;
const STATIC = `tawama-static-${version}`, MINE = "tawama-mine";
const AWAY = [502, 503, 504]; // what stands before the portal answers in its place
const FORM = /^\/activities\/(new|\d+\/report)\/$/;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(STATIC).then(async (cache) => {
    await cache.addAll(files);
    await cache.put(offline, await fetch(offline, { credentials: "omit" })); // nobody's
  }));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("tawama-static-") && name !== STATIC;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "GET" && files.includes(pathname)) event.respondWith(found(STATIC, pathname).then((answer) => answer || fetch(request)));
  else if (request.mode === "navigate") event.respondWith(visit(request, pathname));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "tawama-send") event.waitUntil(self.queue.send().then((end) => { if (end === "offline") throw new Error(end); }));
});

const found = async (name, path) => (await caches.open(name)).match(path, { ignoreSearch: true, ignoreVary: true });

async function visit(request, pathname) {
  const posted = request.method === "POST" && FORM.test(pathname) ? request.clone() : null;
  const back = request.cache === "only-if-cached"; // to the answer of a form, which nothing keeps: its address is asked anew
  try {
    const answer = await fetch(back ? new Request(request.url, { headers: request.headers, redirect: "manual" }) : request);
    if (AWAY.includes(answer.status)) return (await instead(request, pathname, posted)) || answer;
    const changesPerson = request.method === "POST" && (pathname === "/login/" || pathname === "/logout/");
    if (changesPerson && answer.type === "opaqueredirect") await caches.delete(MINE); // what is kept belongs to one person
    return answer;
  } catch (error) {
    return (await instead(request, pathname, posted)) || (await found(MINE, offline)) || (await found(STATIC, offline)) || Response.error();
  }
}

// What there is without a line: the kept form for the form, the kept page for the queue; a report on its way is in the queue.
async function instead(request, pathname, posted) {
  if (posted) {
    const given = await posted.formData();
    const item = given.get("uid") && await self.queue.get(given.get("uid"));
    if (item && given.get("stage") === "save") await self.queue.release(item.uid);
    return item ? Response.redirect(`/activities/queue/?kept=${encodeURIComponent(item.uid)}`, 303) : null;
  }
  if (request.method !== "GET") return null;
  if (FORM.test(pathname) && await found(MINE, kept.form)) {
    const asked = new URL(request.url).searchParams, number = pathname.match(/\d+/);
    if (number) asked.set("activity", number[0]);
    return Response.redirect(`${kept.form}?${asked}`, 302);
  }
  return Object.values(kept).includes(pathname) ? found(MINE, pathname) : null;
}
