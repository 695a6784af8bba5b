// Comforts on top of plain HTML: without them the pages still work.
(() => {
  const on = (name, does) => document.addEventListener(name, does);
  const forget = () => document.querySelectorAll(".lost").forEach((old) => old.remove());

  // The house was not reached: say so where somebody tapped.
  on("htmx:error", ({ detail }) => {
    const form = detail?.ctx?.sourceElement;
    const button = detail?.ctx?.sourceEvent?.submitter;
    // The buttons of a list share one form, which stands elsewhere.
    const at = form?.contains(button) ? form : button ?? form;
    const line = document.createElement("p");
    line.className = "message stop lost";
    line.setAttribute("role", "alert");
    line.textContent = document.getElementById("melding").dataset.offline;
    forget();
    (at?.isConnected ? at : document.querySelector("main").firstElementChild).after(line);
  });
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

  on("click", ({ target }) => {
    if (target.closest("[data-print]")) print();
  });
})();
