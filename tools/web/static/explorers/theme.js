// Light or dark, before anything is painted: as the address says, else as the reader's system does.

const asked = new URLSearchParams(location.search).get("theme");
const dark = matchMedia("(prefers-color-scheme: dark)");

function follow() {
  document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
}

if (asked === "dark" || asked === "light") document.documentElement.dataset.theme = asked;
else {
  follow();
  dark.addEventListener("change", follow);
}
if (parent !== window) document.documentElement.classList.add("framed");
