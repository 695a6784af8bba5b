// Comforts on top of plain HTML: without them the pages still work.
(() => {
  // The house was not reached: say so where somebody tapped.
  document.addEventListener("htmx:error", (event) => {
    const { sourceElement: form, sourceEvent: tap } = event.detail?.ctx ?? {};
    const button = tap?.submitter?.form !== tap?.submitter?.closest("form") && tap?.submitter;
    const line = document.createElement("p");
    line.className = "message stop lost";
    line.setAttribute("role", "alert");
    line.textContent = document.getElementById("melding").dataset.offline;
    document.querySelectorAll(".lost").forEach((old) => old.remove());
    const at = button || form;
    (at?.isConnected ? at : document.querySelector("main").firstElementChild).after(line);
  });

  document.addEventListener("htmx:before:request", () => {
    document.querySelectorAll(".lost").forEach((old) => old.remove());
  });

  // A whole page came in the place of this one: begin at its top.
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail?.ctx?.target;
    if (target?.id === "melding") target.scrollIntoView({ block: "center" });
    if (target !== document.body) return;
    scrollTo(0, 0);
    (document.querySelector(".summary") ?? document.getElementById("inhoud")).focus();
  });

  // A second tap on a plain form sends nothing twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.dataset.count !== undefined) return;
    // Who tried for longer than that, on a bad connection, may try again.
    if (Date.now() - (form.dataset.sent ?? 0) < 5000) event.preventDefault();
    else form.dataset.sent = Date.now();
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    delete event.target.dataset?.sent;
  });

  // A choice that needs no button where JavaScript runs.
  document.addEventListener("change", (event) => {
    if (event.target.closest("form.choice")) event.target.form.requestSubmit();
  });

  // A form with errors starts at its summary.
  document.querySelector(".summary")?.focus();

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print]");
    if (button) print();
  });
})();
