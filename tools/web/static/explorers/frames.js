// On the page of all explorers: the lines to copy say where these pages are.

import { copy } from "./copying.js";

for (const field of document.querySelectorAll("textarea.frame")) {
  const address = new URL(field.dataset.page, location.href);
  field.value = field.value.replace(`"${field.dataset.page}"`, `"${address}"`);
}
for (const button of document.querySelectorAll("button.copy-frame"))
  button.addEventListener("click", () =>
    copy(button.previousElementSibling, button.nextElementSibling),
  );
