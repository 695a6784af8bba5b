// The large counter: groups, ages, the taps of today, what was refused. After count.js, which keeps
// and sends; it says 'counted' whenever something changed.
(() => {
  const card = document.querySelector("[data-counter]");
  const { turn, show, wake } = card.tellen;
  navigator.storage?.persist?.();
  const plus = card.querySelector(".plus");
  const number = plus.elements.aantal;
  const recent = document.querySelector("[data-recent]");
  const refused = document.querySelector("[data-refused]");
  const minutes = (time) => time.split(/[.:]/).reduce((hours, part) => hours * 60 + Number(part), 0);
  const clock = (time) => time.replace(/^0?(\d+):/, "$1.");
  const ages = new Map(Array.from(plus.elements.groep ?? [], (radio) => [radio.value, radio.labels[0].textContent]));

  // Who came, as far as it was said: the age group, and whether it was the first time this month.
  const who = (group, first) => [group && ages.get(group), recent?.dataset[first]].filter(Boolean);
  const words = ({ n, title, event }) => [
    (n > 1 ? `${n} × ` : "") + title,
    ...who(event.group, event.first_this_month),
  ].join(", ");

  // -- the taps of today: those of the page, and those of this phone, the newest first

  const list = recent?.querySelector("ul");
  const listed = [...list?.children ?? []];
  let every = recent?.dataset.every !== undefined;

  const lineOf = ({ id, time, n, ...row }) => {
    const line = recent.querySelector("template").content.cloneNode(true).firstElementChild;
    line.dataset.tap = id;
    line.querySelector(".time").textContent = clock(time);
    line.querySelector(".what").textContent = words({ n, ...row });
    line.querySelector("button").value = id;
    line.querySelector("button").dataset.n = n;
    return line;
  };

  const showTaps = ({ today, taps, undone }) => {
    const own = taps.filter(({ event, state, counted }) => event.kind === "visit" && state !== "refused" && !counted).reverse();
    const ids = new Set(own.map(({ id }) => id));
    // A page of another day lists nothing of today.
    const theirs = today === card.dataset.day ? listed.filter(({ dataset }) => !ids.has(dataset.tap)) : [];
    const most = every ? Infinity : 5;
    const lines = [...own.slice(0, most).map(lineOf), ...theirs];
    const at = (line) => minutes(line.querySelector(".time").textContent);
    lines.sort((a, b) => at(b) - at(a));
    lines.length = Math.min(most, lines.length);
    for (const line of lines) {
      if (!undone.has(line.dataset.tap)) continue;
      line.querySelector(".what").classList.add("off");
      line.querySelector("button")?.remove();
    }
    list.replaceChildren(...lines);
    recent.hidden = !lines.length;
  };

  recent?.querySelector("[data-all]")?.addEventListener("click", (event) => {
    // Without internet those of this phone; else the page has those of other phones, too.
    if (navigator.onLine && !document.getElementById("bijgewerkt")) return;
    event.preventDefault();
    event.target.hidden = every = true;
    show();
  });

  // -- how safe it is

  const safe = card.querySelector("[data-safe]");
  const sendNow = card.querySelector("[data-waits]");
  const otherDay = card.querySelector("[data-other-day]");

  let notTaken = [];
  // Whose moment the house could not find out, as the clock of this phone was put right meanwhile.
  const ofClock = ({ code }) => code === "future" || code === "too_old";

  card.addEventListener("counted", ({ detail }) => {
    const visits = detail.taps.filter(({ event, counted }) => event.kind === "visit" && !counted);
    const there = visits.filter(({ state }) => state === "sent").length;
    safe.textContent = visits.length ? safe.dataset.words.replace("{n}", there).replace("{m}", visits.length) : "";
    sendNow.hidden = !detail.waits.length;
    otherDay.hidden = detail.today === card.dataset.day;
    if (recent) showTaps(detail);
    notTaken = detail.refused;
    if (refused && !refused.inert) {
      refused.hidden = !detail.refused.length;
      refused.querySelectorAll("[data-again]").forEach((part) => part.hidden = !detail.refused.some(ofClock));
      refused.querySelector("ul").replaceChildren(...detail.refused.map((row) => {
        const line = document.createElement("li");
        const what = row.event.kind === "undo" ? recent.dataset.undo : words(row);
        line.append(`${clock(row.time)} ${what}: ${refused.getAttribute("data-" + row.code) ?? row.code}`);
        return line;
      }));
    }
    // A new day has other activities: once, and only when the house answers.
    if (!otherDay.hidden && navigator.onLine && card.tellen.facts().totals?.[card.dataset.counter]?.[detail.today] >= 0 && sessionStorage.day !== detail.today) {
      sessionStorage.day = detail.today;
      location.reload();
    }
  });

  sendNow.addEventListener("click", wake);

  // It stays a moment: else the second of two quick taps would be on a button that took its place.
  refused?.addEventListener("click", ({ target }) => {
    if (!target.closest("button")) return;
    refused.inert = true;
    setTimeout(() => {
      refused.inert = false;
      show();
    }, 700);
  });
  refused?.querySelector("[data-away]").addEventListener("click", () => {
    turn((_keep, seen, shelf) => notTaken.forEach(({ id }) => shelf.delete(id) && seen.delete(id))).then(show);
  });

  // They count as of now, as new taps: a tap keeps its id, and the house has judged that one. The old
  // row is done with in the same transaction, so that nothing counts twice, whatever is pressed again
  // or closed meanwhile.
  refused?.querySelector("[data-now]").addEventListener("click", () => {
    const asked = new Set(notTaken.filter(ofClock).map(({ id }) => id));
    turn((keep, seen) => {
      const rows = [...seen.values()];
      const refusedNow = new Map(rows.filter(({ state }) => state === "refused").map((row) => [row.id, row]));
      const takenBack = new Set(rows.map(({ event }) => event?.undoes));
      const [day, time] = card.tellen.wall();
      const at = new Date().toISOString();
      let seq = seen.get("")?.seq ?? 0;
      for (const [old, row] of refusedNow) {
        if (!asked.has(old) || !ofClock(row)) continue;
        keep({ ...row, n: 0, state: "sent", counted: true });
        const { undoes } = row.event;
        // Who was taken back before they counted is not to count now.
        if (takenBack.has(old) || refusedNow.has(undoes) || seen.get(undoes)?.counted) continue;
        const id = card.tellen.newId();
        keep({ ...row, id, day, time, state: undefined, code: undefined, event: { ...row.event, id, seq: ++seq, at } });
      }
      keep({ ...seen.get(""), id: "", seq });
    }).then(wake);
  });

  // -- who comes: it holds for one tap, and the big button says so

  const extra = card.querySelector("[data-extra]");
  const tell = () => {
    const said = new FormData(plus);
    extra.textContent = who(said.get("groep"), said.get("eerste")).join(", ");
  };
  plus.addEventListener("change", tell);
  let putBack;
  document.addEventListener("submit", ({ target, submitter }) => {
    if (target !== plus || plus.dataset.plain) return;
    const said = new FormData(plus);
    putBack = () => {
      if (plus.elements.groep) plus.elements.groep.value = said.get("groep");
      if (plus.elements.eerste) plus.elements.eerste.value = said.get("eerste");
      if (number) number.value = said.get("aantal");
      tell();
    };
    if (plus.elements.groep) plus.elements.groep[0].checked = true;
    if (plus.elements.eerste) plus.elements.eerste[0].checked = true;
    // A number that was typed stays when somebody else comes in meanwhile.
    if (submitter.dataset.field) number.value = "";
    tell();
  });
  // At once, as the next may tap already; but what this phone could not keep is sent as a form, and
  // count.js says so with `plain` before it does.
  new MutationObserver(() => putBack?.()).observe(plus, { attributeFilter: ["data-plain"] });
  // 'Enter' in the number counts the group, and not the one of the first button.
  number?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    plus.querySelector("[data-field]").click();
  });

  // -- who counts, on the tablet of the desk: whose name was tapped, until the day is over

  const whoOn = (day) => {
    const { who, since } = card.tellen.facts();
    return since === day ? who : 0;
  };
  card.who = whoOn; // for count.js
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-who]");
    if (!button) return;
    turn((keep, seen) => {
      keep({ ...seen.get(""), id: "", who: Number(button.dataset.who), since: card.tellen.wall()[0] });
    }).then(show);
  });
  card.addEventListener("counted", ({ detail }) => {
    const chosen = whoOn(detail.today);
    document.querySelectorAll("[data-who]").forEach((button) => {
      button.setAttribute("aria-pressed", Number(button.dataset.who) === chosen);
    });
  });

  // -- taps that an earlier version kept elsewhere move in

  const old = Object.keys(localStorage).filter((key) => /^(tap|refused):/.test(key));
  if (old.length) {
    turn((keep) => old.forEach((key) => {
      const { person, event, ...row } = JSON.parse(localStorage[key]);
      const state = key.startsWith("refused") ? "refused" : undefined;
      keep({ ...row, id: event.id, event, person, owner: person, state, code: row.code });
    })).then(() => {
      old.forEach((key) => localStorage.removeItem(key));
      wake();
    });
  }
})();
