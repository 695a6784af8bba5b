// The counter: a tap is kept on this phone, then shown, then sent, until the house has it.
// A tap is an event with an id of its own, so sending it twice does no harm, losing it would.
(() => {
  const card = document.querySelector("[data-counter]");
  if (!card) return;
  const say = card.dataset;
  const house = say.counter;
  const person = Number(say.person);
  const total = card.querySelector("[data-total]");
  const state = card.querySelector("[data-state]");
  const choice = card.querySelector("select");
  const recent = document.querySelector("[data-recent]");
  const refused = document.querySelector("[data-refused]");

  // -- the clock: that of the house, also on a phone whose own is wrong

  let ahead = Date.parse(say.now) - Date.now();
  const local = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: "Europe/Amsterdam" });
  const wall = () => local.format(Date.now() + ahead).split(" ");
  const totals = { [say.day]: Number(total.textContent) };

  // -- what is kept: one entry a tap, under its own key, so that two tabs never overwrite a list

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const entries = (prefix) => Object.keys(localStorage)
    .filter((key) => key.startsWith(prefix))
    .map(read)
    // Never send under another person's name: their taps wait until they are back.
    .filter((entry) => entry?.event && entry.person === person)
    .sort((a, b) => a.event.seq - b.event.seq);
  const waiting = () => entries("tap:");
  const keep = (prefix, entry) => localStorage.setItem(prefix + entry.event.id, JSON.stringify(entry));
  const drop = (prefix, id) => localStorage.removeItem(prefix + id);

  const newId = () => {
    // randomUUID is there only over HTTPS; a tablet in the house may come over plain HTTP.
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const device = () => {
    const known = localStorage.getItem("device") || newId();
    localStorage.setItem("device", known);
    return known;
  };

  const add = (facts, n, title) => {
    const [day, time] = wall();
    const seq = Number(localStorage.getItem("seq")) + 1;
    const event = { id: newId(), seq, house, at: new Date().toISOString(), ...facts };
    const entry = { person, day, time, n, title, event };
    localStorage.setItem("seq", seq);
    keep("tap:", entry); // a full phone throws here: then the plain form takes over
    return entry;
  };

  // -- what is shown

  const show = () => {
    const [day] = wall();
    const mine = waiting();
    const here = mine.filter((entry) => entry.event.house === house && entry.day === day);
    total.textContent = here.reduce((sum, entry) => sum + entry.n, totals[day] ?? 0);
    state.textContent = mine.length ? say.unsent.replace("{n}", mine.length) : say.sent;
    state.classList.toggle("waits", mine.length > 0);
    if (refused) showRefused();
  };

  const showRefused = () => {
    const list = entries("refused:");
    refused.hidden = !list.length;
    refused.querySelector("ul").replaceChildren(...list.map(({ time, title, code }) => {
      const line = document.createElement("li");
      line.append(`${time.replace(/^0?(\d+):/, "$1.")} ${title}: ${refused.getAttribute("data-" + code) ?? code}`);
      return line;
    }));
  };

  const offerUndo = (id) => {
    const form = card.querySelector("form[data-count=undo]");
    if (!form) return;
    form.elements.tik.value = id;
    form.hidden = !id;
  };

  const list = ({ time, title, event }) => {
    offerUndo(event.id);
    if (!recent) return;
    const line = recent.querySelector("template").content.cloneNode(true).firstElementChild;
    line.dataset.tap = event.id;
    line.querySelector(".time").textContent = time.replace(/^0?(\d+):/, "$1.");
    line.querySelector(".what").textContent = title;
    line.querySelector("form").elements.tik.value = event.id;
    const lines = recent.querySelector("ul");
    lines.prepend(line);
    while (lines.children.length > 5) lines.lastElementChild.remove();
    recent.hidden = false;
  };

  const strike = ({ event }) => {
    const line = document.querySelector(`[data-tap="${event.undoes}"]`);
    line?.querySelector(".what").classList.add("off");
    line?.querySelector("form")?.remove();
    offerUndo("");
  };

  // What is on changes during the day. The choice follows the clock, and a choice by hand stays
  // until something else begins or ends.
  let guessed = choice?.value;
  const follow = () => {
    const [hour, minute] = wall()[1].split(":");
    const now = Number(hour) * 60 + Number(minute);
    const on = [...choice.options].filter(({ dataset }) => dataset.from <= now && now < dataset.to).pop();
    const guess = on?.value ?? "";
    if (guess !== guessed) choice.value = guessed = guess;
  };

  // -- sending

  let sending = false;
  let pause = 1;
  let timer;

  const send = async () => {
    const batch = waiting().slice(0, 50);
    if (sending || !batch.length) return;
    sending = true;
    clearTimeout(timer);
    let heard = false;
    try {
      const response = await fetch(say.send, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ device: device(), person, sent_at: new Date().toISOString(), events: batch.map((entry) => entry.event) }),
        redirect: "manual", // the page of a wifi that wants a login is no answer of ours
        signal: AbortSignal.timeout?.(15000),
      });
      if (response.status === 401) say.unsent = say.login;
      if (response.ok) heard = settle(await response.json(), batch);
    } catch {
      // No network, or no answer that is ours: everything is still here, so try again later.
    }
    sending = false;
    show();
    if (heard) {
      pause = 1;
      send();
    } else {
      timer = setTimeout(send, pause * 1000 * (0.5 + Math.random() / 2));
      pause = Math.min(60, pause * 2);
    }
  };

  // Only what the house names has arrived; returns whether it named anything.
  const settle = (answer, batch) => {
    let heard = false;
    for (const { id, status, code } of answer.results) {
      const entry = batch.find(({ event }) => event.id === id);
      if (!entry) continue;
      if (status === "rejected") keep("refused:", { ...entry, code });
      else if (status !== "created" && status !== "duplicate") continue;
      drop("tap:", id);
      heard = true;
    }
    Object.assign(totals, answer.totals[house]);
    ahead = Date.parse(answer.now) - Date.now();
    return heard;
  };

  // -- what people do

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const kind = form.dataset.count;
    if (!kind) return;
    try {
      if (kind === "tap") {
        follow();
        const option = choice.selectedOptions[0];
        const occurrence = Number(choice.value) || undefined;
        list(add({ kind: "visit", n: 1, occurrence }, 1, option.dataset.title));
        navigator.vibrate?.(15);
      } else {
        const undoes = form.elements.tik.value;
        strike(add({ kind: "undo", undoes }, -(form.dataset.n || 1), form.textContent.trim()));
      }
    } catch {
      return; // this phone cannot keep anything: the form sends itself
    }
    event.preventDefault();
    show();
    send();
  });

  refused?.querySelector("button").addEventListener("click", () => {
    entries("refused:").forEach(({ event }) => drop("refused:", event.id));
    show();
  });

  const wake = () => {
    if (document.hidden) return;
    if (choice) follow();
    show();
    send();
  };
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  addEventListener("storage", show);
  document.addEventListener("visibilitychange", wake);
  setInterval(wake, 60000);
  waiting().forEach((entry) => {
    if (entry.event.house === house && entry.day === wall()[0]) (entry.n < 0 ? strike : list)(entry);
  });
  wake();
})();
