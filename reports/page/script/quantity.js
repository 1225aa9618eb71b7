// SPDX-License-Identifier: Apache-2.0
// Quantities as people read them, as reports/quantity.py has them.
const digits = (value) => {
  const size = Math.abs(value);
  if (size >= 99.95) return Math.round(value).toLocaleString("en-US");
  if (size >= 9.995) return value.toFixed(1);
  return size >= 0.9995 || size === 0 ? value.toFixed(2) : String(Number(value.toPrecision(3)));
};
const scaled = (value, units, step) => {
  const [unit, factor] = units.find(([, own]) => Math.abs(value) < step * own * 0.9995) ?? units.at(-1);
  return `${digits(value / factor)}\u00a0${unit}`;
};
const tell = {
  ns: (value) => scaled(value, [["ns", 1], ["µs", 1e3], ["ms", 1e6], ["s", 1e9]], 1e3),
  rate: (value) => scaled(value, [["/s", 1], ["k/s", 1e3], ["M/s", 1e6], ["G/s", 1e9]], 1e3),
  bytes: (value) => value < 10240 ? `${Math.round(value).toLocaleString("en-US")}\u00a0B`
    : scaled(value, [["B", 1], ["KiB", 2 ** 10], ["MiB", 2 ** 20], ["GiB", 2 ** 30]], 1024),
  ratio: (value) => `${digits(value)}×`,
  speedup: (value) => `${digits(value)}×`,
};
