"use strict";
// Tables that are wider than the screen: say so, let what goes on fade out, and stop the keyboard only where it scrolls.
(() => {
  const boxes = [...document.querySelectorAll(".box")];
  const hints = new Map();

  const look = (box) => {
    const more = box.scrollWidth - box.clientWidth;
    const scrolls = more > 1;
    box.classList.toggle("goes-on", scrolls && box.scrollLeft < more - 1);
    if (scrolls) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
    if (!hints.has(box)) {
      const hint = document.createElement("p");
      hint.className = "scrolls screen";
      hint.textContent = "The table goes on to the right: swipe it, or go to it with Tab and use the arrow keys.";
      box.after(hint);
      hints.set(box, hint);
    }
    hints.get(box).hidden = !scrolls;
  };
  const lookAll = () => boxes.forEach(look);

  boxes.forEach((box) => box.addEventListener("scroll", () => look(box), { passive: true }));
  window.addEventListener("resize", lookAll);
  document.addEventListener("toggle", lookAll, true);
  lookAll();
})();
