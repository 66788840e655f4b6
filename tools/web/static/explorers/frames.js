// On the page of all explorers: the lines to copy say where these pages are.

for (const field of document.querySelectorAll("textarea.frame")) {
  const address = new URL(field.dataset.page, location.href);
  field.value = field.value.replace(`"${field.dataset.page}"`, `"${address}"`);
}
for (const button of document.querySelectorAll("button.copy-frame"))
  button.addEventListener("click", async () => {
    const said = button.nextElementSibling;
    const field = button.previousElementSibling;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "Selected: copy it with the keyboard or the menu.";
    }
  });
