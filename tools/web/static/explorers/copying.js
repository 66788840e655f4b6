// Into the clipboard where the browser lets this page; else it is there, selected, to be copied.
export async function copy(field, said) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    said.textContent = "Copied.";
  } catch {
    said.textContent = "Selected: copy it with the keyboard or the menu.";
  }
}
