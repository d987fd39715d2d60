"use strict";
// A page that lies in a folder holds its charts in light colours only, and for paper no pictures but what draws them.
// This completes the data for page.js, which runs next, and draws the pictures once the page is there.
(() => {
  const place = document.getElementById("chart-data");
  const stored = JSON.parse(place.textContent);

  // Put back what pack.py has written only once.
  const opened = (packed) => {
    if (Array.isArray(packed)) return packed.map(opened);
    if (packed === null || typeof packed !== "object") return packed;
    if ("$" in packed) return opened(stored.parts[packed.$]);
    return Object.fromEntries(Object.entries(packed).map(([name, inner]) => [name, opened(inner)]));
  };
  const { charts, papers } = opened(stored.packed);

  // Dark colours for light ones, everywhere but where words stand.
  const words = new Set(["told", "label", "words", "text", "description"]);
  const darkened = (part) => {
    if (typeof part === "string") return Object.hasOwn(stored.dark, part) ? stored.dark[part] : part;
    if (Array.isArray(part)) return part.map(darkened);
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(
      ([name, inner]) => [name, words.has(name) ? inner : darkened(inner)],
    ));
  };
  const packed = Object.fromEntries(Object.entries(charts).map(
    ([time, drawn]) => [time, { light: drawn, dark: darkened(drawn) }],
  ));
  place.textContent = JSON.stringify({ parts: [], packed });

  const picture = document.getElementById("picture");
  let begun = false;
  const drawPapers = async () => {
    if (begun) return;
    begun = true;
    try {
      const sheets = await Promise.all(papers.map(async (spec, number) => {
        const sheet = document.createElement("div");
        if (number > 0) sheet.className = "screen";
        await vegaEmbed(sheet, spec, { renderer: "svg", actions: false, ast: true });
        return sheet;
      }));
      picture.replaceChildren(...sheets);
      picture.dataset.drawn = "all";
    } catch (problem) {
      // The small pictures stay.
      console.error(problem);
    }
  };
  window.addEventListener("load", () => setTimeout(drawPapers, 50));
  window.addEventListener("beforeprint", drawPapers);
})();
