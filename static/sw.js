// What stands between the pages and the network: the counter, today and the roster open without
// internet as they were seen last, and so do papers that were opened once. It never stores what is
// not ours, and keeps the pages of one log-in only. Taps are not here: count.js keeps those.
// views/machine.py fills in VERSION and FILES.
const VERSION = "@version";
const FILES = ["@files"];

const ROOT = new URL(registration.scope).pathname;
const OFFLINE = ROOT + "zonder-internet";
// These open at the door without internet, also before anybody looked at them.
const ALWAYS = ["vandaag", "tellen", "rooster"].map((path) => ROOT + path);
// And these once they were seen; no page with the phone numbers of people is among them.
const KEPT = /^(vandaag|tellen|balie|programma|drukwerk|rooster(\/mijn|\/open)?|h\/[^/]+\/?)?$/;
const PAPER = /^(drukwerk\/[^/]+|h\/[^/]+\/(poster|flyer|vouwfolder))\.pdf$/;
const PICTURE = /^drukwerk\/[^/]+\.png$/;
// Who sends a form there may be another from its answer on.
const ENTERS = /^(k\/|inloggen|uitloggen|balie\/|huis\/[^/]+\/tablet\/)/;
const MOST = { pages: 40, papers: 20, pictures: 30 };
const HOUR = 3600e3;

const STATIC = `static ${VERSION}`;
// "pages VERSION LOG-IN", "papers LOG-IN" and "papers pictures LOG-IN": papers need nothing of ours to
// be drawn. What papers.js was asked to keep stands on "papers kept LOG-IN", which never runs full.
const shelfOf = (kind, who) => kind === "pages" ? `pages ${VERSION} ${who}` : kind === "papers" ? `papers ${who}` : `papers ${kind} ${who}`;
const shelves = async (kind) => (await caches.keys()).filter((name) => name.startsWith(kind === "pages" ? `pages ${VERSION} ` : "papers "));

// "VERSION LOG-IN": an answer of Buurtbord says so, and whose it is; "-" when nobody is logged in.
const whose = (response) => response.headers.get("X-Buurtbord")?.split(" ")[1];
const isOurs = (response, type) => response.status === 200 && response.type === "basic"
  && whose(response) && response.headers.get("Content-Type")?.startsWith(type);

// -- storing

// Whose pages may be stored: whoever logs in or out finds nothing of whom this browser was before.
// What was asked for earlier and comes later, of whoever was here then, changes nothing.
let current;
let asked = 0;
let settled = 0;

const clearFor = async (who, at) => {
  if (at < settled) return;
  settled = at;
  current = who;
  const names = [...await shelves("pages"), ...await shelves("papers")].filter((name) => !name.endsWith(` ${who}`));
  await Promise.all(names.map((name) => caches.delete(name)));
};

// A log-in, a log-out: nothing is shown of who was here, also when the next page comes late or never.
const clearAll = async () => {
  settled = ++asked;
  current = undefined;
  const names = [...await shelves("pages"), ...await shelves("papers")];
  await Promise.all(names.map((name) => caches.delete(name)));
};

const store = async (kind, address, response, at) => {
  if (current ? current !== whose(response) : at < settled) return;
  const shelf = await caches.open(shelfOf(kind, whose(response)));
  const headers = new Headers(response.headers);
  headers.set("X-Stored", Date.now());
  // First away, then in: the order says what was seen last.
  await shelf.delete(address, { ignoreVary: true });
  await shelf.put(address, new Response(await response.blob(), { headers }));
  const all = await shelf.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - MOST[kind])).map((old) => shelf.delete(old)));
};

const fetchInto = async (address) => {
  const at = ++asked;
  const response = await fetch(address, { redirect: "manual", cache: "no-cache" });
  if (isOurs(response, "text/html")) await store("pages", address, response, at);
  return response;
};

const fill = async () => {
  await Promise.all([OFFLINE, ...ALWAYS].map(fetchInto));
};

// -- taking out

const find = async (kind, address) => {
  let newest;
  for (const name of await shelves(kind)) {
    const shelf = await caches.open(name);
    const exact = await shelf.match(address, { ignoreVary: true });
    if (kind !== "pages") {
      const stored = (paper) => Number(paper?.headers.get("X-Stored") ?? 0);
      if (stored(exact) > stored(newest)) newest = exact;
      continue;
    }
    if (exact) return exact;
    // The page of a house is the same with and without its name in the address.
    const house = new URL(address).searchParams.get("huis");
    if (new URL(address).search !== `?huis=${house}`) continue;
    const bare = await shelf.match(address.split("?")[0], { ignoreVary: true });
    if (bare?.headers.get("X-House") === house) return bare;
  }
  return newest;
};

// A page as it was seen last says when that was.
const asSeen = async (response) => {
  const page = await response.text();
  const when = new Date(Number(response.headers.get("X-Stored")));
  const language = page.match(/<html lang="([^"]+)"/)?.[1] ?? "nl";
  const inWords = (options) => new Intl.DateTimeFormat(language, { timeZone: "Europe/Amsterdam", ...options }).format(when);
  const day = inWords({ weekday: "long", day: "numeric", month: "long" });
  const clock = new Intl.DateTimeFormat("nl", { timeZone: "Europe/Amsterdam", hour: "numeric", minute: "2-digit" }).format(when);
  const local = new Intl.DateTimeFormat("nl", { timeZone: "Europe/Amsterdam", dateStyle: "short" });
  const sameDay = local.format(when) === local.format(Date.now());
  const words = page.match(sameDay ? / data-seen="([^"]*)"/ : / data-seen-day="([^"]*)"/)?.[1] ?? "";
  const line = words.replace("{day}", day).replace("{time}", clock.replace(/^0(\d)/, "$1").replace(":", "."));
  const headers = new Headers(response.headers);
  // It was unpacked long ago.
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(page.replace(/<div id="melding"[^>]*>/, (place) => `${place}<p class="message" id="bijgewerkt">${line}</p>`), { headers });
};

// -- answering

const onTime = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });

// From the network; from the shelf when that fails, or takes longer than the seconds.
const networkFirst = async (event, kind, type, seconds) => {
  const { request } = event;
  const at = ++asked;
  const address = new URL(request.url);
  const whole = !address.searchParams.has("alle");
  // Without internet the counter is one page, whatever was chosen on it.
  if (address.pathname === ROOT + "tellen") ["activiteit", "alle"].forEach((name) => address.searchParams.delete(name));
  // The same choice made in another form is the same paper.
  if (kind !== "pages") address.searchParams.sort();
  const keep = kind !== "pages" || KEPT.test(address.pathname.slice(ROOT.length));
  const fetched = fetch(request).then(async (response) => {
    if (!isOurs(response, type)) return response;
    // Before anybody sees the page: nothing of another log-in may be on the shelf any more.
    await clearFor(whose(response), at);
    const copy = response.clone();
    event.waitUntil((async () => {
      if (keep && whole) await store(kind, address.href, copy, at);
      await freshen(response);
    })().catch(() => {}));
    return response;
  });
  event.waitUntil(fetched.catch(() => {}));
  const seen = async () => {
    const found = keep ? await find(kind, address.href) : undefined;
    return found && kind === "pages" ? asSeen(found) : found;
  };
  try {
    const first = await Promise.race([fetched, onTime(seconds)]);
    // Too slow, in trouble, or no answer of ours, as of a wifi that wants a login.
    const good = first && (first.status < 500 && (whose(first) || first.type === "opaqueredirect"));
    return good ? first : await seen() ?? await fetched;
  } catch {
    return await seen() ?? await offline(event);
  }
};

// Who is logged in now? A page that came past us, as the first one does, may be of another.
const settle = async () => {
  const at = ++asked;
  const response = await fetch(OFFLINE, { cache: "no-cache" });
  if (!isOurs(response, "text/html")) return;
  await clearFor(whose(response), at);
  await freshen(response);
};

// What is always there is not older than an hour, for who was online then; a new version comes in.
const freshen = async (response) => {
  if (response.headers.get("X-Buurtbord").split(" ")[0] !== VERSION) await registration.update();
  const page = await find("pages", new URL(OFFLINE, location).href);
  if (!page || Date.now() - page.headers.get("X-Stored") > HOUR) await fill();
};

const offline = async ({ request }) => {
  const found = await find("pages", new URL(OFFLINE, location).href);
  if (!found) return Response.error();
  const page = await found.text();
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": found.headers.get("Content-Security-Policy") };
  const shown = request.method === "GET" ? page : page.replace(" data-get", " hidden").replace(" hidden data-post", "");
  return new Response(shown, { status: 503, headers });
};

const sendForm = async (event, path) => {
  try {
    const response = await fetch(event.request);
    if (ENTERS.test(path)) await clearAll().catch(() => {});
    return response;
  } catch {
    return offline(event);
  }
};

const staticFirst = async ({ request }) => {
  const shelf = await caches.open(STATIC);
  const found = await shelf.match(request, { ignoreVary: true });
  if (found) return found;
  const response = await fetch(request);
  // By its name it is the same for ever.
  if (response.ok && response.headers.get("Cache-Control")?.includes("immutable")) {
    await shelf.put(request, response.clone());
  }
  return response;
};

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  // A part of a page has the address of the whole; it is never stored.
  if (address.origin !== location.origin || request.headers.has("HX-Request") || request.headers.has("X-Keep")) return;
  const path = address.pathname.slice(ROOT.length);
  if (request.method !== "GET") {
    if (request.mode === "navigate") event.respondWith(sendForm(event, path));
  } else if (path.startsWith("static/")) {
    if (address.searchParams.has("v")) event.respondWith(staticFirst(event));
  } else if (PAPER.test(path)) {
    event.respondWith(networkFirst(event, "papers", "application/pdf", 20));
  } else if (PICTURE.test(path)) {
    event.respondWith(networkFirst(event, "pictures", "image/png", 20));
  } else if (request.mode === "navigate") {
    event.respondWith(networkFirst(event, "pages", "text/html", 3));
  }
});

// From app.js, of a page that came past us.
addEventListener("message", (event) => event.waitUntil(settle().catch(() => {})));

// -- a new version replaces the old one as a whole

addEventListener("install", (event) => {
  event.waitUntil((async () => {
    await (await caches.open(STATIC)).addAll(FILES);
    await fill();
    await skipWaiting();
  })());
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name !== STATIC && !name.startsWith(`pages ${VERSION} `) && !name.startsWith("papers "));
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
    await settle().catch(() => {});
    // The page that brought us came before we could keep it.
    const open = await clients.matchAll({ type: "window" });
    const seen = open.map(({ url }) => url).filter((url) => KEPT.test(new URL(url).pathname.slice(ROOT.length)) && !url.includes("alle="));
    await Promise.all(seen.map(fetchInto)).catch(() => {});
  })());
});
