// One key, one button: whatever carries data-key="1" is clicked when 1 is pressed outside a field. Buttons work without.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches("input:not([type=radio], [type=checkbox]), select, textarea")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!wanted) return;
  event.preventDefault();
  // What has just come in is not wired up until htmx has settled it; a key pressed meanwhile would load a whole page.
  if (!document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")) wanted.click();
});
