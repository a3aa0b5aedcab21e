"use strict";
// Parts that can wait are folded on narrow screens; paper cannot be opened, so it has them all.
(() => {
  const narrow = window.matchMedia("screen and (max-width: 620px)");
  const arrange = () => document.querySelectorAll("details.fold").forEach((part) => { part.open = !narrow.matches; });
  narrow.addEventListener("change", arrange);
  arrange();
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => closed.forEach((part) => { part.open = false; }));
})();
