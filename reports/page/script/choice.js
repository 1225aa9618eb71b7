// SPDX-License-Identifier: Apache-2.0
// Choice: which lanes, workloads, workers and measure are shown. One style sheet hides what is not chosen, by
// the numbers that rows, columns and sections carry.
const hiding = document.head.appendChild(document.createElement("style"));

const hidden = () => {
  const rules = plan.workers.filter((n) => n !== state.workers).map((n) => `[data-workers="${n}"]`);
  for (const kind of ["lane", "workload"])
    names[kind].forEach((name, number) => {
      if (state.hidden[kind].has(name)) rules.push(`[data-${kind}="${number}"]`);
    });
  return rules;
};

const counted = (kind) => {
  const shown = names[kind].length - state.hidden[kind].size;
  return shown === names[kind].length ? "all" : `${shown} of ${names[kind].length}`;
};

onChange(() => {
  const rules = hidden();
  hiding.textContent = rules.length ? `${rules.join(",")} { display: none !important; }` : "";
  document.body.classList.remove("show-ratio", "show-time", "show-rate");
  document.body.classList.add(`show-${state.show}`);
  document.body.classList.toggle("no-intervals", !state.intervals);
  for (const input of all(".toolbar input")) {
    if (input.name === "workers") input.checked = Number(input.value) === state.workers;
    else if (input.name === "show") input.checked = input.value === state.show;
    else if (input.id === "intervals") input.checked = state.intervals;
    else input.checked = !state.hidden[input.name].has(input.value);
  }
  document.querySelector("#choose-lanes .chosen").textContent = counted("lane");
  document.querySelector("#choose-workloads .chosen").textContent = counted("workload");
});

const choose = (kind, hide) => change({ hidden: { ...state.hidden, [kind]: new Set(hide) } });
for (const input of all(".toolbar input"))
  input.addEventListener("change", () => {
    if (input.name === "workers") change({ workers: Number(input.value) });
    else if (input.name === "show") change({ show: input.value });
    else if (input.id === "intervals") change({ intervals: input.checked });
    else choose(input.name, all(`.toolbar input[name=${input.name}]:not(:checked)`).map((each) => each.value));
  });
for (const button of all("[data-all]")) button.addEventListener("click", () => choose(button.dataset.all, []));
for (const button of all("[data-none]"))
  button.addEventListener("click", () => choose(button.dataset.none, names[button.dataset.none]));
document.getElementById("reset").addEventListener("click", reset);

// A menu closes when one goes elsewhere, and by Escape, which gives the focus back.
const menus = all(".menu");
addEventListener("click", (event) => menus.forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
addEventListener("focusin", (event) => menus.forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
addEventListener("keydown", (event) => {
  const open = menus.find((menu) => menu.open);
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
