/* A jump link moves the focus, not only the view: to the field, or to the place it stands in. */

const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

function arrive() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  if (!target || target.popover) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (!target.matches(FOCUSABLE)) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "start" });
}

addEventListener("hashchange", arrive);
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link && link.hash === location.hash) arrive(); // the same place again: no hashchange comes
});
if (location.hash) arrive();
