// SPDX-License-Identifier: Apache-2.0
// State: what is shown. It lives in the address's hash, so that a link shows the same again; what is as it was
// at first is not in it. A hash without `=` is a place in the page, as in any page.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const data = read("gauntlet-data");
const plan = read("gauntlet-plan");
const specs = read("gauntlet-specs");
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const workloads = [...new Set(plan.cases.map((each) => each.workload))];
const names = { lane: plan.lanes.map((lane) => lane.name), workload: workloads };
const shownFirst = Number(all("input[name=workers]").find((input) => input.defaultChecked).value);
const first = () => ({
  workers: shownFirst, show: "ratio",
  hidden: { lane: new Set(), workload: new Set() }, sort: "", intervals: true, theme: "", at: "",
});
let state = first();
const listeners = [];
const onChange = (listener) => listeners.push(listener);

const written = () => {
  const said = new URLSearchParams();
  if (state.workers !== shownFirst) said.set("workers", state.workers);
  if (state.show !== "ratio") said.set("show", state.show);
  for (const kind of ["lane", "workload"]) {
    if (state.hidden[kind].size === 0) continue;
    said.set(`${kind}s`, names[kind].filter((name) => !state.hidden[kind].has(name)).join(","));
  }
  if (state.sort) said.set("sort", state.sort);
  if (!state.intervals) said.set("intervals", "off");
  if (state.theme) said.set("theme", state.theme);
  if (state.at) said.set(said.size ? "at" : "", state.at);
  const text = said.toString();
  return text.startsWith("=") ? text.slice(1) : text;
};

// Names that this report does not know are passed over: a link may come from another run.
const readHash = () => {
  const hash = decodeURIComponent(location.hash.slice(1).replace(/\+/g, "%2B"));
  const next = first();
  if (hash && !hash.includes("=")) next.at = hash;
  else {
    const said = new URLSearchParams(location.hash.slice(1));
    if (plan.workers.includes(Number(said.get("workers")))) next.workers = Number(said.get("workers"));
    if (["time", "rate"].includes(said.get("show"))) next.show = said.get("show");
    for (const kind of ["lane", "workload"]) {
      const shown = said.get(`${kind}s`);
      if (shown === null) continue;
      const chosen = new Set(shown.split(","));
      next.hidden[kind] = new Set(names[kind].filter((name) => !chosen.has(name)));
    }
    next.sort = said.get("sort") ?? "";
    next.intervals = said.get("intervals") !== "off";
    if (["light", "dark"].includes(said.get("theme"))) next.theme = said.get("theme");
    next.at = said.get("at") ?? "";
  }
  return next;
};

const change = (what) => {
  Object.assign(state, what);
  history.replaceState(null, "", `#${written()}`);
  listeners.forEach((listener) => listener());
};
const reset = () => change(first());

addEventListener("hashchange", () => {
  state = readHash();
  listeners.forEach((listener) => listener());
  document.getElementById(state.at)?.scrollIntoView();
});
