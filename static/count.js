// The counter: a tap is kept on this phone, then shown, then sent, until the house has it.
// A tap is an event with an id of its own, so sending it twice does no harm, losing it would.
// What only the large counter shows stands in count_more.js.
(() => {
  const card = document.querySelector("[data-counter]");
  if (!card) return;
  const say = card.dataset;
  const house = say.counter;
  // Whose taps these are: of a person, or (0) of the tablet of the desk, where people change.
  const owner = Number(say.person);
  const total = card.querySelector("[data-total]");
  const state = card.querySelector("[data-state]");
  const choice = card.querySelector("select");
  const back = card.querySelector("[data-count=undo] button");

  // -- what is kept: a row a tap, until tomorrow; the row without an id holds what else is known

  let rows = new Map();
  let opening;
  const others = new BroadcastChannel("tellen");

  const open = () => opening = new Promise((done, fail) => {
    const request = indexedDB.open("tellen", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("taps", { keyPath: "id" });
    request.onsuccess = () => done(request.result);
    request.onerror = fail;
  });
  // "strict": done is on the disk, and not only on its way there.
  const begin = async () => (await (opening ?? open())).transaction("taps", "readwrite", { durability: "strict" });

  // One transaction: reads what all tabs kept, and writes what `work` keeps. A tap is quick: it
  // goes by what is read already.
  const turn = async (work, quick) => {
    // Phones close it behind our back, when they sleep.
    const trade = await begin().catch(() => open() && begin());
    await new Promise((done, fail) => {
      let seen;
      const shelf = trade.objectStore("taps");
      trade.oncomplete = () => done(rows = seen);
      trade.onabort = fail;
      (quick ? shelf.get("") : shelf.getAll()).onsuccess = ({ target }) => {
        seen = new Map(quick && rows);
        for (const row of [target.result ?? []].flat()) seen.set(row.id, row);
        work?.((row) => shelf.put(row) && seen.set(row.id, row), seen, shelf);
      };
    });
    if (work) others.postMessage("");
  };
  const facts = () => rows.get("") ?? {};
  // Never send under another person's name: their taps wait until they are back.
  const mine = () => [...rows.values()].filter((row) => row.event && row.owner === owner).sort((a, b) => a.event.seq - b.event.seq);
  const waiting = () => mine().filter((row) => !row.state);

  // -- the clock: that of the house, also on a phone whose own is wrong

  const local = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: "Europe/Amsterdam" });
  let ahead = Date.parse(say.now) - Date.now();
  const wall = () => local.format(Date.now() + ahead).split(" ");
  const totals = { [say.day]: Number(total.textContent) };

  // Over HTTP there is no randomUUID, but the name of a blob is one as well.
  const newId = () => crypto.randomUUID?.() ?? URL.createObjectURL(new Blob()).slice(-36);

  const add = (event, shown) => {
    const [day, time] = wall();
    const at = new Date().toISOString();
    const person = owner || card.who?.(day) || 0;
    return turn((keep, seen) => {
      const seq = (seen.get("")?.seq ?? 0) + 1;
      const id = newId();
      keep({ id, owner, person, day, time, ...shown, event: { id, seq, house, at, ...event } });
      keep({ ...seen.get(""), id: "", seq });
    }, true);
  };

  // -- what is shown

  const show = () => {
    follow();
    const [today] = wall();
    const waits = waiting();
    const refused = mine().filter(({ state }) => state === "refused");
    const taps = mine().filter(({ event, day }) => event.house === house && day === today);
    const undone = new Set(taps.map(({ event }) => event.undoes));
    total.textContent = taps.reduce((sum, { state, n }) => state ? sum : sum + n, totals[today] ?? 0);
    const words = say.stopped || (waits.length ? say.unsent : refused.length ? say.missed : say.ready);
    state.textContent = words.replace("{n}", waits.length || refused.length);
    state.classList.toggle("waits", words !== say.ready);
    localStorage.unsent = waits.length; // for the button with which people log out
    if (back) {
      const last = taps.findLast(({ id, n, state }) => n > 0 && state !== "refused" && !undone.has(id));
      // What the page offered was a tap of its own day.
      back.value = last?.id ?? (today === say.day ? back.value : "");
      if (last) back.dataset.n = last.n;
      back.form.hidden = !back.value || undone.has(back.value);
    }
    card.dispatchEvent(new CustomEvent("counted", { detail: { today, waits, refused, taps, undone } }));
  };

  // What is on changes during the day. The choice follows the clock, and a choice by hand stays
  // until something else begins or ends. What was on another day is no choice any more.
  let guessed = choice.value;
  const follow = () => {
    const [day, time] = wall();
    let guess = "";
    for (const option of choice.options) {
      const { from, to } = option.dataset;
      option.disabled = from && day !== say.day;
      if (!option.disabled && from <= time && time < to) guess = option.value;
    }
    if (guess !== guessed || choice.selectedOptions[0]?.disabled) choice.value = guessed = guess;
  };

  // -- sending

  let sending;
  let pause = 1;
  let later;
  let size = 50;
  const tried = new Set();
  const stuck = new Set();

  const reach = (address, options) => fetch(address, {
    redirect: "manual", // the page of a wifi that wants a login is no answer of ours
    signal: AbortSignal.timeout?.(15000),
    ...options,
  });

  const stop = ({ status }) => say.stopped = status === 401 ? say.login : "";

  // What an answer of the house says, with what it says of our taps.
  const learn = (answer, work) => {
    const news = answer.totals[house];
    const off = Date.parse(answer.now) - Date.now();
    if (isNaN(off)) throw off;
    return turn((keep, seen) => {
      ahead = off;
      known = Math.random();
      Object.assign(totals, news);
      keep({ ...seen.get(""), id: "", ahead, totals: { ...seen.get("")?.totals, [house]: totals } });
      work?.(keep);
    });
  };

  // Sends one batch, of one person; whether to go on at once.
  const deliver = async () => {
    await turn();
    const waits = waiting();
    const first = waits.find(({ id }) => !stuck.has(id)) ?? waits[0];
    if (!first) return;
    const batch = waits.filter((row) => row === first || row.person === first.person && !stuck.has(row.id)).slice(0, size);
    batch.forEach(({ id }) => tried.add(id));
    const response = await reach(say.send, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ device: localStorage.device ??= newId(), person: first.person ?? 0, sent_at: new Date().toISOString(), events: batch.map((row) => row.event) }),
    });
    stop(response);
    if (response.status === 401 && !owner && first.person) {
      // Whoever does not help here any more must not hold up the taps of the others at the desk.
      batch.forEach(({ id }) => stuck.add(id));
      return waits.some(({ id }) => !stuck.has(id));
    }
    if (response.status === 400 || response.status === 413) {
      // One bad event must not hold up the rest: look for it, and try it again behind the others.
      size = Math.ceil(batch.length / 2);
      stuck.delete(first.id);
      return batch.length > 1 || !stuck.add(first.id);
    }
    if (!response.ok) return;
    const answer = await response.json();
    // Only what the house names has arrived.
    const named = batch.map((row) => ({ row, ...answer.results.find(({ id }) => id === row.id) }))
      .filter(({ status }) => /created|duplicate|rejected/.test(status));
    if (!named.length) return;
    size = Math.min(50, size * 2);
    await learn(answer, (keep) => named.forEach(({ row, status, code }) => {
      keep({ ...row, state: status === "rejected" ? "refused" : "sent", code });
    }));
    return true;
  };

  const send = async () => {
    if (sending) return;
    sending = true;
    clearTimeout(later);
    const all = async () => {
      while (await deliver()) {
        pause = 1;
        show();
      }
    };
    try {
      // One tab at a time; it sends what another tab kept, too.
      await (navigator.locks ? navigator.locks.request("tellen", all) : all());
    } catch {
      // No network, or no answer that is ours: everything is still here, so try again later.
    }
    sending = false;
    show();
    if (!waiting().length) return;
    later = setTimeout(send, pause * 1000 * (0.5 + Math.random() / 2));
    pause = Math.min(60, pause * 2);
  };

  // -- what all phones together counted

  let next;
  let gap = 4;
  // The ETag of the number that is shown; no such thing once that came from elsewhere.
  let known;
  const ask = async () => {
    clearTimeout(next);
    if (document.hidden) return;
    const before = known;
    try {
      const response = await reach(say.stand, { cache: "no-store", headers: { "If-None-Match": before } });
      // Taps that wait say themselves why.
      if (!waiting().length) stop(response);
      // Not while a tap is under way: nobody knows whether this number has it.
      if (response.status !== 304) {
        const answer = await response.json();
        // Somebody else logged in; the taps that wait here are kept for who made them.
        if (answer.person - owner) location.reload();
        if (answer.totals[house] && before === known && !waiting().some(({ id }) => tried.has(id))) {
          await learn(answer);
          known = response.headers.get("ETag");
          show();
        }
      }
      if (gap > 4) send();
      gap = 4;
    } catch {
      gap = Math.min(60, gap * 2);
      show();
    }
    next = setTimeout(ask, gap * 1000);
  };

  // -- what people do

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const { count, plain } = form.dataset;
    if (!count || plain) return;
    event.preventDefault();
    const button = event.submitter;
    let work;
    if (count === "undo") {
      work = add({ kind: "undo", undoes: button.value }, { n: -(button.dataset.n || 1) });
    } else {
      follow();
      const said = new FormData(form);
      const visit = {
        kind: "visit",
        n: Number(said.get(button.dataset.field) ?? (button.value || 1)),
        occurrence: Number(choice.value) || null,
        group: said.get("groep") || null,
        first_this_month: JSON.parse(said.get("eerste") || null),
      };
      work = add(visit, { n: visit.n, title: choice.selectedOptions[0].dataset.title });
      navigator.vibrate?.(15);
    }
    work.then(() => {
      show();
      send();
    }, () => {
      // This phone cannot keep anything: the form sends itself.
      form.dataset.plain = 1;
      // Not before the browser is done with this press.
      setTimeout(() => form.requestSubmit(button));
    });
  });

  const wake = () => {
    pause = 1;
    show();
    send();
    ask();
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  others.addEventListener("message", () => turn().then(() => {
    known = Math.random();
    Object.assign(totals, facts().totals?.[house]);
    show();
  }));

  card.tellen = { turn, facts, show, wake, wall, newId };

  turn((keep, seen, shelf) => {
    // The service worker took this page out of its cache: its numbers are of then, not of now.
    if (document.getElementById("bijgewerkt")) {
      ahead = seen.get("")?.ahead ?? 0;
      Object.assign(totals, seen.get("")?.totals?.[house]);
    }
    const [today] = wall();
    // What arrived is shown until the day is over.
    seen.forEach(({ id, state, day }) => state === "sent" && day !== today && shelf.delete(id));
  }).then(() => {
    wake();
    setInterval(show, 30000);
  }, () => {});
})();
