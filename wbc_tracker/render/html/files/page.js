"use strict";
// The static picture is the page; this replaces it on screens by charts that answer to the mouse.
(() => {
  const stored = JSON.parse(document.getElementById("chart-data").textContent);
  const place = document.getElementById("chart");
  const picture = document.getElementById("picture");
  const times = document.getElementById("times");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const touch = window.matchMedia("(pointer: coarse)");
  let shown = null;
  let view = null;
  let turn = 0;
  let hush = () => {};

  // Put back what pack.py has written only once: here, and everywhere below.
  const part = (packed) => (packed !== null && typeof packed === "object" && "$" in packed
    ? part(stored.parts[packed.$]) : packed);
  const opened = (packed) => {
    const open = part(packed);
    if (Array.isArray(open)) return open.map(opened);
    if (open === null || typeof open !== "object") return open;
    return Object.fromEntries(Object.entries(open).map(([name, inner]) => [name, opened(inner)]));
  };

  const wanted = () => {
    const chosen = times ? times.querySelector("input:checked").value : "calendar";
    const theme = dark.matches ? "dark" : "light";
    const room = place.parentElement.clientWidth;
    const sizes = part(part(part(stored.packed)[chosen])[theme]);
    let size = 0;
    while (size + 1 < sizes.length && part(sizes[size + 1]).room <= room) size += 1;
    return { key: [chosen, theme, size].join(" "), packed: part(sizes[size]).spec, theme };
  };

  const draw = async () => {
    const { key, packed, theme } = wanted();
    if (key === shown) return;
    shown = key;
    turn += 1;
    const mine = turn;
    const spec = opened(packed);
    // A finger scrolls the page; without a mouse there is nothing to drag with.
    if (touch.matches) delete spec.params;
    const room = document.createElement("div");
    try {
      const result = await vegaEmbed(room, spec, {
        renderer: "svg", actions: false, ast: true, tooltip: { theme },
      });
      if (mine !== turn) {
        result.finalize();
        return;
      }
      if (view) view.finalize();
      view = result;
      // A finger does not hover: a tap shows what the mouse shows; any other tap takes it away.
      const tell = result.view.tooltip();
      hush = (event) => tell(null, event, null, null);
      result.view.addEventListener("click", (event, item) => tell(null, event, item, item ? item.tooltip : null));
      place.replaceChildren(room);
      place.dataset.shows = key;
      place.hidden = false;
      picture.classList.add("replaced");
      document.getElementById("hint").hidden = false;
    } catch (problem) {
      // The picture stays; a chart that cannot be drawn must not take it away.
      place.hidden = true;
      picture.classList.remove("replaced");
      console.error(problem);
    }
  };

  // A tap on the box itself, anywhere outside the charts, or Escape closes it.
  document.addEventListener("click", (event) => {
    if (!place.contains(event.target)) hush(event);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hush(event);
  });

  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 150);
  });
  dark.addEventListener("change", draw);
  if (times) {
    times.hidden = false;
    times.addEventListener("change", draw);
  }

  // A link to something folded opens it.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details");
    if (folded) {
      folded.open = true;
      target.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", unfold);
  unfold();
  draw();
})();
