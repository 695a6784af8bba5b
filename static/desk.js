// The tablet of the desk: it stays open all day, so its lists come anew by themselves. After
// count_more.js, which keeps whose name was tapped and begins a new day.
(() => {
  const card = document.querySelector("[data-counter]");
  const LATER = 180e3;
  const REST = 30e3;
  let touched = -REST;
  let fresh = 0;
  let renewing;

  // The house hears it, too, for taps that this tablet cannot keep and sends as plain forms.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-who]");
    if (!button || !card.tellen) return;
    event.preventDefault();
    const body = new FormData(button.form);
    body.append(button.name, button.value);
    fetch(button.form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
    button.closest("details")?.removeAttribute("open");
  });

  // A name that was tapped before this script was there went to the house as a form.
  const told = location.hash.match(/^#wie=(\d*)$/);
  if (told) {
    history.replaceState(null, "", location.pathname);
    document.querySelector(`[data-who="${told[1]}"]`)?.click();
  }

  card.addEventListener("counted", ({ detail }) => {
    const other = document.querySelector("details [data-who][aria-pressed=true]");
    const named = document.querySelector("[data-as]");
    if (named) named.textContent = other ? `: ${other.textContent}` : "";
    if (detail.refused.length) document.querySelector("[data-taps]").open = true;
  });

  const offered = (page) => Array.from(page.querySelectorAll("#activiteit option"), ({ value, text }) => value + text).join();

  const renew = async () => {
    const response = await fetch(location.href, {
      cache: "no-store",
      headers: { "HX-Request": "true" }, // not from the service worker, which would store it
      redirect: "manual",
      signal: AbortSignal.timeout?.(15000),
    });
    // It is the desk no more.
    if (response.status === 401) location.assign(response.headers.get("HX-Redirect"));
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    // The page of a wifi that wants a login is none of ours.
    if (page.querySelector("[data-counter]")?.dataset.counter !== card.dataset.counter) return;
    fresh = performance.now();
    if (offered(page) !== offered(document)) location.reload();
    const { who } = document.activeElement.dataset;
    document.querySelectorAll("[data-fresh]").forEach((part) => part.replaceWith(page.getElementById(part.id)));
    if (who !== undefined) document.querySelector(`[data-who="${who}"]`)?.focus();
    card.tellen.show();
  };

  // Not under somebody's finger.
  const look = () => {
    const now = performance.now();
    if (renewing || document.hidden || now - fresh < LATER || now - touched < REST) return;
    renewing = renew().catch(() => {}).finally(() => renewing = undefined);
  };
  ["pointerdown", "keydown"].forEach((name) => addEventListener(name, () => touched = performance.now()));
  setInterval(look, 20e3);
  document.addEventListener("visibilitychange", look);
})();
