// Where a device can hand a text on to any app, a button for that stands before the links.
(() => {
  const line = document.querySelector("[data-share]");
  const { value: text } = document.getElementById(line.dataset.share);
  if (!navigator.canShare?.({ text })) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = line.dataset.words;
  // Who changes their mind is no error.
  button.addEventListener("click", () => navigator.share({ text }).catch(() => {}));
  line.querySelector(".button").classList.add("quiet");
  line.prepend(button, " ");
})();
