// SPDX-License-Identifier: Apache-2.0
// Theme: as the system says, light or dark. Charts take their colours from CSS and need no drawing again.
const themeButton = document.getElementById("theme");
const themes = ["", "light", "dark"];
themeButton.addEventListener("click", () =>
  change({ theme: themes[(themes.indexOf(state.theme) + 1) % themes.length] }));
onChange(() => {
  if (state.theme) document.documentElement.dataset.theme = state.theme;
  else delete document.documentElement.dataset.theme;
  themeButton.textContent = `Theme: ${state.theme || "system"}`;
});
