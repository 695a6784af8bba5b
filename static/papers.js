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
  // Somebody of two houses has one shelf; the switch of a house is about its own papers.
  const house = new URL(wanted[0]).searchParams.get("huis");
  const shelfName = async () => (await caches.keys()).find((name) => name.startsWith("papers kept "));
  const whose = ({ headers }) => headers.get("X-Buurtbord")?.split(" ")[1];

  const shelf = async () => {
    const name = await shelfName();
    return name && caches.open(name);
  };
  const kept = async () => {
    const keys = await (await shelf())?.keys() ?? [];
    return keys.filter(({ url }) => new URL(url).searchParams.get("huis") === house);
  };
  const letGo = async (papers) => {
    const there = await shelf();
    await Promise.all(papers.map((paper) => there.delete(paper, { ignoreVary: true })));
    if (there && !(await there.keys()).length) await caches.delete(await shelfName());
  };

  const say = (words, time) => {
    const show = (options) => new Intl.DateTimeFormat("nl", { timeZone: "Europe/Amsterdam", ...options }).format(time);
    line.textContent = time ? words
      .replace("{day}", show({ weekday: "long", day: "numeric", month: "long" }))
      .replace("{time}", show({ hour: "numeric", minute: "2-digit" }).replace(/^0(\d)/, "$1").replace(":", ".")) : words;
  };

  // Fetches what is new or changed, and lets go of what is not wanted any more.
  const keep = async () => {
    const papers = [];
    let who;
    for (const address of wanted) {
      const had = await (await shelf())?.match(address, { ignoreVary: true });
      const headers = { "X-Keep": "1" };
      if (had) headers["If-None-Match"] = had.headers.get("ETag");
      const answer = await fetch(address, { headers, cache: "no-store" });
      who = whose(answer);
      if (!who || answer.redirected || (answer.status !== 304 && !answer.ok)) throw new Error(address);
      // What is the same is as good as new.
      const paper = answer.status === 304 ? had : answer;
      const stamped = new Headers(paper.headers);
      stamped.set("X-Stored", Date.now());
      papers.push([address, new Response(await paper.blob(), { headers: stamped })]);
    }
    const name = `papers kept ${who}`;
    const there = await caches.open(name);
    await Promise.all(papers.map(([address, paper]) => there.put(address, paper)));
    // Who logged out meanwhile, in another tab, had the shelf thrown away before this stood on it.
    const offline = new URL("zonder-internet", (await navigator.serviceWorker.ready).scope);
    if (whose(await fetch(offline, { cache: "no-store" })) !== who) {
      await caches.delete(name);
      throw new Error(name);
    }
    await letGo((await kept()).filter(({ url }) => !box.checked || !wanted.includes(url)));
  };
  const tell = async () => {
    const there = await shelf();
    const papers = await Promise.all((await kept()).map((key) => there.match(key, { ignoreVary: true })));
    const times = papers.map((paper) => Number(paper?.headers.get("X-Stored")));
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
    await letGo(await kept());
    say("");
  });

  (async () => {
    card.hidden = false;
    box.checked = (await kept()).length > 0;
    if (box.checked) await refresh();
  })();
})();
