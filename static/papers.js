// Papers for when there is no internet: what the switch on /drukwerk keeps on this device. The shelf
// is of one log-in, as those of sw.js, which opens them and throws them away.
(() => {
  // Without internet a picture that was seen before is shown; the others stay blank.
  document.addEventListener("htmx:error", (event) => {
    const place = event.detail?.ctx?.sourceElement;
    if (!place?.matches?.(".glimpse")) return;
    event.stopPropagation();
    const seen = place.querySelector("noscript");
    if (seen) place.innerHTML = seen.textContent;
    place.querySelector("img")?.addEventListener("error", ({ target }) => target.remove());
  }, true);

  const card = document.querySelector("[data-papers]");
  if (!card || !navigator.serviceWorker || !window.caches) return;
  const box = card.querySelector("input");
  const line = card.querySelector("[role=status]");
  const wanted = [...card.querySelectorAll("a")].map(({ href }) => {
    const address = new URL(href);
    address.searchParams.sort();
    return address.href;
  });
  const shelfName = async () => (await caches.keys()).find((name) => name.startsWith("papers kept "));

  const shelf = async () => {
    const name = await shelfName();
    return name && caches.open(name);
  };

  const say = (words, time) => {
    const show = (options) => new Intl.DateTimeFormat("nl", { timeZone: "Europe/Amsterdam", ...options }).format(time);
    line.textContent = time ? words
      .replace("{day}", show({ weekday: "long", day: "numeric", month: "long" }))
      .replace("{time}", show({ hour: "numeric", minute: "2-digit" }).replace(/^0(\d)/, "$1").replace(":", ".")) : words;
  };

  // Fetches what is new or changed, and lets go of what is not wanted any more.
  const keep = async () => {
    for (const address of wanted) {
      const had = await (await shelf())?.match(address, { ignoreVary: true });
      const headers = { "X-Keep": "1" };
      if (had) headers["If-None-Match"] = had.headers.get("ETag");
      const answer = await fetch(address, { headers, cache: "no-store" });
      const who = answer.headers.get("X-Buurtbord")?.split(" ")[1];
      if (answer.status !== 304 && (!answer.ok || !who || answer.redirected)) throw new Error(address);
      // What is the same is as good as new.
      const paper = answer.status === 304 ? had : answer;
      const stamped = new Headers(paper.headers);
      stamped.set("X-Stored", Date.now());
      if (!box.checked) return;
      await (await caches.open(`papers kept ${who}`)).put(address, new Response(await paper.blob(), { headers: stamped }));
    }
    const kept = await shelf();
    const old = (await kept.keys()).filter(({ url }) => !wanted.includes(url));
    await Promise.all(old.map((each) => kept.delete(each)));
  };
  const tell = async () => {
    const kept = await shelf();
    const papers = kept ? await kept.matchAll() : [];
    const times = papers.map(({ headers }) => Number(headers.get("X-Stored")));
    if (times.length) say(card.dataset.kept, Math.min(...times));
    else say("");
  };

  const refresh = async () => {
    say(card.dataset.busy);
    try {
      await keep();
      await tell();
    } catch {
      // Without internet what is there stays; what never came is said.
      await tell();
      if (!line.textContent) {
        say(card.dataset.failed);
        box.checked = false;
      }
    }
  };

  box.addEventListener("change", async () => {
    if (box.checked) {
      await refresh();
      return;
    }
    const name = await shelfName();
    if (name) await caches.delete(name);
    say("");
  });

  (async () => {
    card.hidden = false;
    box.checked = Boolean(await shelfName());
    if (box.checked) await refresh();
  })();
})();
