// SPDX-License-Identifier: Apache-2.0
// Library: unpacks Vega, which lies in the page compressed, and runs it; gives Vega-Embed.
const library = (async () => {
  const packed = atob(document.getElementById("gauntlet-vega").textContent);
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const code = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(code).text();
  document.head.append(script);
  return window.vegaEmbed;
})();
