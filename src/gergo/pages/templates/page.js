// Tables sort and filter, sides of a comparison take turns, the contents say where the reader is. Without this script
// everything is still there, one below the other.

// Headings that hold a button sort: first down for numbers and up for words, then the other way; gaps stay last.
for (const button of document.querySelectorAll("th > button")) {
  button.addEventListener("click", () => {
    const heading = button.parentElement;
    const table = heading.closest("table");
    const column = heading.cellIndex;
    const numeric = heading.classList.contains("number");
    const before = heading.getAttribute("aria-sort");
    const down = before ? before === "ascending" : numeric;
    for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
    const ascending = (a, b) => (numeric ? a - b : a.localeCompare(b, undefined, { numeric: true }));
    const compare = (one, other) => {
      const [a, b] = [value(one), value(other)];
      if (a === "" || b === "") return (a === "") - (b === "");
      return down ? ascending(b, a) : ascending(a, b);
    };
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
  });
}

// Rows that do not hold what is typed are hidden.
for (const box of document.querySelectorAll(".filter")) {
  const input = box.querySelector("input");
  const rows = [...box.parentElement.querySelector("tbody").rows];
  const told = box.querySelector("output");
  box.hidden = false;
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLocaleLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
      shown += !row.hidden;
    }
    told.textContent = wanted ? `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")}` : "";
  });
}

// Tabs, as the ARIA authoring practices have them: arrows go from one to the next.
for (const group of document.querySelectorAll(".switch")) {
  const panels = [...group.querySelectorAll(":scope > [role=tabpanel]")];
  const tabs = [...group.querySelectorAll(":scope > [role=tablist] > button")];
  const show = (chosen) => {
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", i === chosen);
      tab.tabIndex = i === chosen ? 0 : -1;
      panels[i].hidden = i !== chosen;
    });
  };
  tabs.forEach((tab, i) => {
    tab.addEventListener("click", () => show(i));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      const next = (i + step + tabs.length) % tabs.length;
      show(next);
      tabs[next].focus();
    });
  });
  tabs[0].parentElement.hidden = false;
  group.classList.add("is-live");
  show(0);
}

// The contents: beside the page where there is room, folded up where there is not; the section in view is marked.
const contents = document.querySelector(".contents details");
if (contents) {
  const wide = matchMedia("(min-width: 1240px)");
  const fold = () => { contents.open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();
  const links = new Map([...contents.querySelectorAll("a")].map((a) => [a.hash.slice(1), a]));
  const sections = [...document.querySelectorAll("main > section[id]")].filter((section) => links.has(section.id));
  const mark = () => {
    const here = sections.findLast((section) => section.getBoundingClientRect().top < 160) ?? sections[0];
    for (const [id, link] of links) {
      if (id === here?.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a") && !wide.matches) contents.open = false;
  });
}
