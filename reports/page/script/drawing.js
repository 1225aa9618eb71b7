// SPDX-License-Identifier: Apache-2.0
// Drawing: charts are drawn one by one when nothing else is to do, those in sight first, and again when what
// is shown changes. A hidden chart waits until it is shown.
const tip = document.getElementById("tip");
const tooltip = (_handler, event, _item, text) => {
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  tip.style.left = `${Math.max(6, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 10))}px`;
  tip.style.top = `${Math.max(6, event.clientY - tip.offsetHeight - 10)}px`;
};

const ranged = (rows) => rows.flatMap((row) => [row.value, row.low, row.high]).filter(Number.isFinite);
const axisOf = (rows) => {
  const values = ranged(rows);
  return { ticks: logTicks(values), domain: [Math.min(...values), Math.max(...values)] };
};
const asked = (figure) => {
  const number = Number(figure.dataset.case);
  const measure = { ratio: "ratio", time: "ns", rate: "rate" }[state.show];
  switch (figure.dataset.chart) {
    case "runs":
    case "bytes": {
      const own = figure.dataset.chart === "bytes" ? "bytes" : measure;
      const { lanes, ...rows } = runsRows(number, own);
      return { spec: specs.runs, rows, empty: rows.dots.length === 0, told: rows.told,
        signals: { lanes, measure: own, ticks: logTicks(ranged([...rows.dots, ...rows.spans, ...rows.lines])) } };
    }
    case "scaling": {
      const { rows, measure: own } = scalingRows(number);
      return { spec: specs.curve, rows, empty: rows.points.length === 0,
        signals: { measure: own, xs: plan.workers, title: "workers", ...axisOf([...rows.points, ...rows.ideal]) } };
    }
    case "latency": {
      const points = latencyRows(number);
      return { spec: specs.latency, rows: { points }, empty: points.length === 0,
        signals: { nines: [...new Set(points.map((point) => point.nines))], ticks: logTicks(ranged(points)) } };
    }
    case "memory": {
      const xs = figure.dataset.xs.split(",").map(Number);
      const points = memoryRows(figure.dataset.cases.split(",").map(Number), xs);
      return { spec: specs.curve, rows: { points, ideal: [] }, empty: points.length === 0,
        signals: { measure: "bytes", xs, title: figure.dataset.title, ...axisOf(points) } };
    }
    case "trend": {
      const rows = trendRows(number);
      return { spec: specs.trend, rows, empty: rows.points.length === 0,
        signals: { commits: trends.runs.map((run) => run.commit), last: trends.runs.length - 1, ...axisOf(rows.points) } };
    }
  }
  throw new Error(`no chart is called ${figure.dataset.chart}`);
};

const filled = (spec, rows, signals) => ({
  ...spec,
  signals: spec.signals.map((signal) => signal.name in signals ? { ...signal, value: signals[signal.name] } : signal),
  data: spec.data.map((set) => ({ ...set, values: rows[set.name] })),
});
const drawings = new Map();
const draw = async (figure) => {
  drawings.get(figure)?.finalize();
  drawings.delete(figure);
  const { spec, rows, empty, signals, told } = asked(figure);
  if (empty) {
    const said = document.createElement("p");
    said.className = "none";
    said.textContent = told?.length ? `No figure here. ${told.map((row) => `${row.lane}: ${row.text}`).join("; ")}`
      : "No lane that is shown has a figure here.";
    figure.replaceChildren(said);
    return;
  }
  const width = Math.max(220, figure.clientWidth);
  const embed = await library;
  drawings.set(figure, await embed(figure, filled(spec, rows, { ...signals, width }), {
    mode: "vega", renderer: "svg", actions: false, defaultStyle: false, tooltip,
  }));
  const number = Number(figure.dataset.case);
  if (["scaling", "memory"].includes(figure.dataset.chart) || workersFor(number) === state.workers) return;
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = `Not run with ${state.workers} workers; these are the runs with ${workersFor(number)}.`;
  figure.append(note);
};

const figures = all("figure.chart");
const stale = new Set(figures);
const inSight = new Set();
let asleep = true;
const idle = window.requestIdleCallback ?? ((task) => setTimeout(task, 16));
const next = () => [...inSight].find((figure) => stale.has(figure))
  ?? [...stale].find((figure) => figure.offsetParent !== null);
const work = async () => {
  const figure = next();
  if (figure) {
    stale.delete(figure);
    await draw(figure);
  }
  asleep = next() === undefined;
  document.documentElement.classList.toggle("drawn", asleep);
  if (!asleep) idle(work, { timeout: 200 });
};
const wake = () => {
  if (!asleep) return;
  asleep = false;
  document.documentElement.classList.remove("drawn");
  idle(work, { timeout: 200 });
};
const redraw = (which) => {
  for (const figure of which) stale.add(figure);
  wake();
};

const watch = new IntersectionObserver((entries) => {
  for (const entry of entries)
    if (entry.isIntersecting) inSight.add(entry.target);
    else inSight.delete(entry.target);
  wake();
}, { rootMargin: "300px" });
figures.forEach((figure) => watch.observe(figure));

const seen = () => JSON.stringify([state.workers, state.show, [...state.hidden.lane], [...state.hidden.workload]]);
let drawnFor = "";
onChange(() => {
  if (seen() === drawnFor) return;
  drawnFor = seen();
  tip.hidden = true;
  redraw(figures);
});
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  redraw(figures);
});
