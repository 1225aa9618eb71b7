// SPDX-License-Identifier: Apache-2.0
// Sorting: a table head is a button. The matrix's order is in the address; other tables sort by themselves.
const valueOf = (row, column) => {
  const cell = row.cells[column];
  return cell ? cell.dataset.value ?? cell.textContent.trim() : "";
};
// What has no value stays below, whichever way one sorts.
const compare = (a, b, down) => {
  if (a === "" || b === "") return (a === "") - (b === "");
  const numbers = [Number(a), Number(b)];
  const order = numbers.some(Number.isNaN) ? a.localeCompare(b) : numbers[0] - numbers[1];
  return down ? -order : order;
};
const sortTable = (table, key, down) => {
  const heads = [...table.tHead.rows[0].cells];
  const column = heads.findIndex((head) => head.querySelector(".sorter")?.dataset.sort === key);
  if (column < 0) return;
  heads.forEach((head, number) => {
    if (number === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  const body = table.tBodies[0];
  body.append(...[...body.rows].sort((a, b) => compare(valueOf(a, column), valueOf(b, column), down)));
};

for (const table of all("table.sortable"))
  for (const button of all(".sorter", table))
    button.addEventListener("click", () => {
      const was = button.closest("th").getAttribute("aria-sort");
      const down = was ? was === "ascending" : button.hasAttribute("data-descending");
      if (table.classList.contains("matrix")) change({ sort: button.dataset.sort + (down ? ".down" : "") });
      else sortTable(table, button.dataset.sort, down);
    });
let sorted = "";
onChange(() => {
  if (state.sort === sorted) return;
  sorted = state.sort;
  const down = sorted.endsWith(".down");
  for (const table of all("table.matrix")) {
    table.classList.toggle("ungrouped", sorted !== "" && sorted !== "case");
    sortTable(table, "case", false);
    if (sorted) sortTable(table, down ? sorted.slice(0, -5) : sorted, down);
    else table.querySelector("[aria-sort]")?.removeAttribute("aria-sort");
  }
});

// The name of a group goes with its last row.
const isGone = (row) => state.hidden.workload.has(names.workload[Number(row.dataset.workload)]);
onChange(() => {
  for (const group of all(".matrix .group")) {
    let row = group.nextElementSibling;
    while (row && !row.matches(".group") && isGone(row)) row = row.nextElementSibling;
    group.hidden = !row || row.matches(".group");
  }
});
