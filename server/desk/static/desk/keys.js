// One key, one button: whatever carries data-key="1" is clicked when 1 is pressed outside a field. Buttons work without.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches("input, select, textarea")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (wanted && !document.body.querySelector(".htmx-request")) {
    event.preventDefault();
    wanted.click();
  }
});
