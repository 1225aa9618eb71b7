// SPDX-License-Identifier: Apache-2.0
// Ticks of a logarithmic axis, as reports/charts/ticks.py has them.
const STEPS = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 8], Array.from({ length: 180 }, (_, n) => (n + 20) / 20)];
const logTicks = (values) => {
  const known = values.filter((value) => value > 0);
  if (known.length === 0) return [];
  let [low, high] = [Math.min(...known), Math.max(...known)];
  const room = Math.max(1.06, (high / low) ** 0.03);
  [low, high] = [low / room, high * room];
  let inside = [];
  for (const steps of STEPS) {
    inside = [];
    for (let decade = Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); ++decade)
      for (const step of steps) {
        const tick = step * 10 ** decade;
        if (low <= tick && tick <= high) inside.push(tick);
      }
    if (inside.length >= 3) break;
  }
  const every = Math.ceil(inside.length / 7) || 1;
  return inside.filter((_, number) => number % every === 0);
};
