// SPDX-License-Identifier: Apache-2.0
// Contents: where one is, links that keep what is chosen, saving, copying, printing; and the start.
const links = all('a[href^="#"]');
for (const link of links)
  link.addEventListener("click", (event) => {
    const place = document.getElementById(link.getAttribute("href").slice(1));
    if (!place) return;
    event.preventDefault();
    change({ at: place.id });
    place.scrollIntoView();
    place.setAttribute("tabindex", "-1");
    place.focus({ preventScroll: true });
  });

const places = new Map(all("nav a").map((link) => [document.getElementById(link.getAttribute("href").slice(1)), link]));
const above = new IntersectionObserver((entries) => {
  for (const entry of entries)
    if (entry.isIntersecting) {
      for (const link of places.values()) link.classList.remove("here");
      places.get(entry.target).classList.add("here");
    }
}, { rootMargin: "-20% 0px -70% 0px" });
for (const place of places.keys()) above.observe(place);

document.getElementById("copy").addEventListener("click", async (event) => {
  try {
    await navigator.clipboard.writeText(location.href);
    event.target.textContent = "Copied";
  } catch {
    event.target.textContent = "Copy it from the address bar";
  }
  setTimeout(() => { event.target.textContent = "Copy link"; }, 2000);
});
document.getElementById("save").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([document.getElementById("gauntlet-data").textContent],
    { type: "application/json" }));
  link.download = `gauntlet-${data.summary.context.run}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
});

// On paper nothing can be unfolded.
let folded = [];
addEventListener("beforeprint", () => {
  folded = all("details.behind:not([open])");
  folded.forEach((each) => { each.open = true; });
});
addEventListener("afterprint", () => folded.forEach((each) => { each.open = false; }));

state = readHash();
listeners.forEach((listener) => listener());
if (state.at) document.getElementById(state.at)?.scrollIntoView();
