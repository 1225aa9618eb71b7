// SPDX-License-Identifier: Apache-2.0
// Rows: what the charts draw, out of the summary's cells and the runs; the shapes are told in reports/charts.
const column = Object.fromEntries(data.columns.map((name, number) => [name, number]));
const runsOf = data.summary.cells.map(() => []);
for (const run of data.runs) runsOf[run[column.cell]].push(run);

const shownLanes = () => plan.lanes.filter((lane) => !state.hidden.lane.has(lane.name));
const cellOf = (number, workers, lane) => {
  const index = plan.cases[number].cells[workers]?.[plan.lanes.indexOf(lane)];
  return index === undefined || index === null ? null : { ...data.summary.cells[index], index };
};
// The chosen workers, or the next fewer that the case is run with: some cases are too slow to be run with all.
const workersFor = (number) => {
  const run = Object.keys(plan.cases[number].cells).map(Number).sort((a, b) => a - b);
  return run.filter((workers) => workers <= state.workers).at(-1) ?? run[0];
};
const look = (lane) => ({ lane: lane.name, colour: lane.colour, shape: lane.shape, dash: lane.dash });
const median = (values) => {
  const ordered = [...values].sort((a, b) => a - b);
  const middle = ordered.length >> 1;
  return ordered.length % 2 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
};
const interval = (tellIt, low, high, runs) => (runs > 1 ? `, interval ${tellIt(low)} to ${tellIt(high)}` : ", 1 run");

// Of time, ratio or rate at the chosen workers; of bytes per goroutine with measure "bytes".
const runsRows = (number, measure) => {
  const rows = { lanes: [], dots: [], spans: [], told: [], lines: [] };
  const workers = workersFor(number);
  for (const lane of shownLanes()) {
    const cell = cellOf(number, workers, lane);
    if (!cell) continue;
    rows.lanes.push(lane.name);
    const figure = measure === "bytes" ? "bytes_per_goroutine" : "ns_per_op";
    const time = cell.ns_per_op;
    const best = time && cell.ratio ? time.median / cell.ratio.value : null;
    const turn = { ns: (v) => v, bytes: (v) => v, ratio: (v) => v / best, rate: (v) => 1e9 / v }[measure];
    const values = cell.status === "ok"
      ? runsOf[cell.index].filter((run) => run[column[figure]] !== null && run[column[figure]] !== undefined) : [];
    if (values.length === 0) {
      rows.told.push({ ...look(lane), text: cell.status === "ok" ? "not measured" : `${cell.status}: ${cell.reason}` });
      continue;
    }
    for (const run of values)
      rows.dots.push({ ...look(lane), round: run[column.round], value: turn(run[column[figure]]) });
    const middle = turn(median(values.map((run) => run[column[figure]])));
    const ends = measure === "bytes"
      ? [Math.min(...values.map((run) => run[column[figure]])), Math.max(...values.map((run) => run[column[figure]]))]
      : [turn(time.low), turn(time.high)].sort((a, b) => a - b);
    rows.spans.push({ ...look(lane), middle, low: ends[0], high: ends[1],
      said: `${lane.name}: ${tell[measure](middle)}${interval(tell[measure], ...ends, values.length)}` });
    if (lane.reference) rows.lines.push({ value: middle });
  }
  return rows;
};

// Over the workers: speed-up over the lane's own fewest workers, or time, or rate.
const scalingRows = (number) => {
  const rows = { points: [], ideal: [] };
  const measure = { ratio: "speedup", time: "ns", rate: "rate" }[state.show];
  let best = null;
  for (const lane of shownLanes()) {
    const found = plan.workers.map((workers) => [workers, cellOf(number, workers, lane)?.ns_per_op])
      .filter(([, time]) => time);
    if (found.length === 0 || (measure === "speedup" && found[0][0] !== plan.workers[0])) continue;
    const own = found[0][1].median;
    const turn = { speedup: (v) => own / v, ns: (v) => v, rate: (v) => 1e9 / v }[measure];
    for (const [workers, time] of found) {
      const [low, high] = [turn(time.low), turn(time.high)].sort((a, b) => a - b);
      const value = turn(time.median);
      rows.points.push({ ...look(lane), x: workers, value, low, high,
        said: `${lane.name}, ${workers} workers: ${tell[measure](value)}${interval(tell[measure], low, high, time.runs)}` });
    }
    if (!lane.reference && found[0][0] === plan.workers[0] && (best === null || own < best)) best = own;
  }
  if (best !== null && rows.points.length > 0)
    rows.ideal = plan.workers.map((n) => {
      const times = n / plan.workers[0];
      return { x: n, value: { speedup: times, ns: best / times, rate: 1e9 / best * times }[measure] };
    });
  return { rows, measure };
};

const LATENCY = /^latency_p(\d+(?:_\d+)?)_ns$/;
const latencyRows = (number) => {
  const ranks = data.columns.map((name) => LATENCY.exec(name)).filter(Boolean)
    .map((match) => ({ name: match[0], percent: Number(match[1].replace("_", ".")) }));
  const points = [];
  const workers = workersFor(number);
  for (const lane of shownLanes()) {
    const cell = cellOf(number, workers, lane);
    if (!cell || cell.status !== "ok") continue;
    for (const rank of ranks) {
      const values = runsOf[cell.index].map((run) => run[column[rank.name]]).filter((value) => value > 0);
      if (values.length === 0) continue;
      const value = median(values);
      points.push({ ...look(lane), nines: -Math.log10(1 - rank.percent / 100), value,
        said: `${lane.name}: ${tell.ns(value)} at p${rank.percent}` });
    }
  }
  return points.sort((a, b) => a.nines - b.nines);
};

const memoryRows = (cases, xs) => shownLanes().flatMap((lane) => cases.flatMap((number, place) => {
  const cell = cellOf(number, workersFor(number), lane);
  const value = cell?.bytes_per_goroutine;
  if (value === null || value === undefined) return [];
  return [{ ...look(lane), x: xs[place], value, low: value, high: value,
    said: `${lane.name}: ${tell.bytes(value)} at ${xs[place].toLocaleString("en-US")}` }];
}));

// From run to run, at the chosen workers: the store's medians of this run's cells, and the levels between changes.
const trends = read("gauntlet-trends");
const trendRows = (number) => {
  const rows = { points: [], levels: [], told: [] };
  const workers = workersFor(number);
  for (const lane of shownLanes()) {
    const cell = cellOf(number, workers, lane);
    const points = cell && trends.points[cell.index];
    if (!points) continue;
    for (const [n, value] of points)
      rows.points.push({ ...look(lane), n, value, low: value, high: value,
        said: `${lane.name}: ${tell.ns(value)}, ${trends.runs[n].commit}, ${trends.runs[n].started}` });
    const steps = trends.steps[cell.index] ?? [];
    steps.forEach(([n, before, after], place) => {
      rows.told.push({ ...look(lane), n: n - 0.5, text: `${after > before ? "+" : ""}${((after / before - 1) * 100).toFixed(1)} %` });
      if (place === 0) rows.levels.push({ ...look(lane), from: points[0][0] - 0.5, to: n - 0.5, value: before });
      rows.levels.push({ ...look(lane), from: n - 0.5, to: (steps[place + 1]?.[0] ?? points.at(-1)[0] + 1) - 0.5, value: after });
    });
  }
  return rows;
};
