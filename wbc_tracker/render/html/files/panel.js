"use strict";
// The table is complete without this; it adds headers that sort and fields that filter.
(() => {
  const table = document.querySelector("#patients table");
  const body = table.tBodies[0];
  const headers = [...table.tHead.rows[0].cells];
  const rows = [...body.rows];
  rows.forEach((row) => row.classList.remove("later"));
  const count = document.getElementById("count");
  const rest = document.getElementById("rest");
  const atOnce = Number(document.getElementById("patients").dataset.atOnce);
  let most = atOnce;
  let order = rows.map((_, place) => place);
  let fitting = rows.map(() => true);
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const ids = rows.map((row) => row.cells[0].textContent);
  // Names come from a file beside this page; they are for the screen.
  const names = ids.map((id) => (globalThis.wbcTrackerNames || {})[id] || "");
  names.forEach((name, place) => {
    if (!name) return;
    const told = document.createElement("bdi");
    told.className = "name";
    told.textContent = name;
    rows[place].cells[0].append(told);
  });
  const lowered = ids.map((id, place) => `${id} ${names[place]}`.toLowerCase());
  const keysOf = new Map();

  // A cell without a value comes last in either direction, and so does one that is told in another unit.
  const keys = (column) => {
    if (!keysOf.has(column)) {
      const isText = headers[column].dataset.kind === "text";
      keysOf.set(column, rows.map((row, place) => {
        const { g = "0", s = "0" } = row.cells[column].dataset;
        return { group: Number(g), key: isText ? ids[place] : Number(s) };
      }));
    }
    return keysOf.get(column);
  };

  // Thousands of rows take seconds to draw: so many are in the table at first, on paper all that fit.
  const show = () => {
    const wanted = order.filter((place) => fitting[place]);
    const fit = wanted.length;
    const told = fit === rows.length ? `All ${fit} in the table` : `${fit} of ${rows.length} in the table`;
    count.textContent = fit > most ? `${told}; the first ${most} are shown, a button below shows the others.` : `${told}.`;
    rest.hidden = fit <= most;
    rest.firstElementChild.textContent = `Show all ${fit}`;
    body.replaceChildren(...wanted.slice(0, most).map((place) => rows[place]));
  };
  const withAll = (all) => {
    most = all ? Infinity : atOnce;
    show();
  };
  rest.firstElementChild.addEventListener("click", () => withAll(true));
  window.addEventListener("beforeprint", () => {
    if (!rest.hidden) {
      withAll(true);
      window.addEventListener("afterprint", () => withAll(false), { once: true });
    }
  });

  const sort = (column, direction) => {
    const known = keys(column);
    const isText = headers[column].dataset.kind === "text";
    const sign = direction === "ascending" ? 1 : -1;
    order = rows.map((_, place) => place).sort((a, b) => {
      const [one, other] = [known[a], known[b]];
      const between = isText ? collator.compare(one.key, other.key) : one.key - other.key;
      return one.group - other.group || sign * between || a - b;
    });
    headers.forEach((header) => header.removeAttribute("aria-sort"));
    headers[column].setAttribute("aria-sort", direction);
    show();
  };

  headers.forEach((header, column) => {
    if (header.dataset.kind === "none") return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    // A browser prints buttons on the first sheet only; the head of the others is plain.
    const plain = document.createElement("span");
    plain.className = "paper";
    plain.textContent = button.textContent;
    header.append(button, plain);
    // Severities begin with the worst, everything else with the least.
    const isRank = column === 1 || header.dataset.kind === "rank";
    const [first, second] = isRank ? ["descending", "ascending"] : ["ascending", "descending"];
    button.addEventListener("click", () => {
      sort(column, header.getAttribute("aria-sort") === first ? second : first);
    });
  });

  const form = document.getElementById("filters");
  const field = (name) => document.getElementById(`by-${name}`);
  const isOn = (name) => field(name) !== null && field(name).checked;
  const narrowed = document.getElementById("narrowed");
  // What the fields ask for, in words: on paper they are not seen.
  const asked = () => [...form.elements].flatMap((each) => {
    const label = each.labels && each.labels.length ? each.labels[0].firstChild.textContent.trim() : "";
    if (each.type === "checkbox") return each.checked ? [each.labels[0].textContent.trim()] : [];
    if (each.type === "search") return each.value.trim() ? [`${label} ${each.value.trim()}`] : [];
    if (each.type === "select-one") return each.selectedIndex ? [`${label}: ${each.selectedOptions[0].textContent.trim()}`] : [];
    return [];
  });
  const filter = () => {
    const wanted = field("id").value.trim().toLowerCase();
    const least = Number(field("severity").value);
    const code = field("flag").value;
    const [late, labs, news, goesOn] = ["overdue", "labs", "news", "course"].map(isOn);
    fitting = rows.map((row, place) => lowered[place].includes(wanted)
      && Number(row.dataset.v) >= least
      && (!code || row.dataset.f.includes(` ${code} `))
      && (!late || "o" in row.dataset)
      && (!labs || "l" in row.dataset)
      && (!news || "n" in row.dataset)
      && (!goesOn || !("e" in row.dataset)));
    const words = asked();
    narrowed.textContent = words.length ? `Narrowed on the page: ${words.join("; ")}.` : "";
    show();
  };

  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, rows.length > 1000 ? 150 : 0);
  };
  form.addEventListener("input", soon);
  form.addEventListener("reset", soon);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  count.hidden = false;
  filter();
})();
