// Comforts on top of plain HTML: without them the pages still work.
(() => {
  const on = (name, does) => document.addEventListener(name, does);
  const forget = () => document.querySelectorAll(".lost").forEach((old) => old.remove());
  const said = document.getElementById("melding").dataset;

  // Say something where somebody tapped.
  const say = (words, form, button) => {
    // The buttons of a list share one form, which stands elsewhere.
    const at = form?.contains(button) ? form : button ?? form;
    const line = document.createElement("p");
    line.className = "message stop lost";
    line.setAttribute("role", "alert");
    line.textContent = words;
    forget();
    (at?.isConnected ? at : document.querySelector("main").firstElementChild).after(line);
  };

  // The house was not reached.
  on("htmx:error", ({ detail }) => say(said.offline, detail?.ctx?.sourceElement, detail?.ctx?.sourceEvent?.submitter));

  // Nothing but taps waits for the internet: a seat that is free now may be taken by then. And who
  // logs out with taps that wait hears what becomes of them.
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    const { count, unsent } = target.dataset;
    if (count || target.method !== "post") return;
    const waiting = unsent && Number(localStorage.unsent);
    if (navigator.onLine && !waiting) return;
    event.preventDefault();
    event.stopPropagation();
    say(navigator.onLine ? unsent.replace("{n}", waiting) : said.needs, target, submitter);
    // Pressed once more, it is meant.
    if (navigator.onLine) delete target.dataset.unsent;
  }, true);
  on("htmx:before:request", forget);

  // A whole page came in the place of this one: begin at its top.
  on("htmx:after:swap", ({ detail }) => {
    const target = detail?.ctx?.target;
    if (target?.id === "melding") target.scrollIntoView({ block: "center" });
    if (target !== document.body) return;
    scrollTo(0, 0);
    (document.querySelector(".summary") ?? document.getElementById("inhoud")).focus();
  });

  // A second tap on a plain form sends nothing twice; who waited for five seconds may try again.
  on("submit", (event) => {
    const { dataset, method } = event.target;
    if (event.defaultPrevented || method !== "post" || dataset.count !== undefined) return;
    // Not by the clock of the phone, which may be wrong.
    const now = performance.now();
    if (dataset.sent && now - dataset.sent < 5000) event.preventDefault();
    else dataset.sent = now;
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // A choice that needs no button where JavaScript runs.
  on("change", ({ target }) => {
    if (target.closest("form.choice")) target.form.requestSubmit();
  });

  // A form with errors starts at its summary.
  document.querySelector(".summary")?.focus();

  // The pages that people need at the door also open without internet.
  const { worker } = document.currentScript.dataset;
  addEventListener("load", async () => {
    const kept = navigator.serviceWorker;
    await kept?.register(worker);
    // This page came past it: whoever is logged in now may be another.
    if (kept && !kept.controller) (await kept.ready).active.postMessage("");
  });

  on("click", ({ target }) => {
    if (target.closest("[data-print]")) print();
  });
})();
