/* The studio while one types: each field is saved 800 ms after its last key and when it is left, one after another.
   The answer is the pieces of the page that the save changed, or the page itself where the field was refused; what
   stands in [data-live] is taken from it, fields that are being typed in are not.
   Everything works without this file: the form is sent whole by its buttons.

   <form data-autosave data-waiting="…" data-lost="…" data-clash="…">, #stamp says what became of it. */

const WAIT = 800;
const AGAIN = 5000;

const form = document.querySelector("form[data-autosave]");
const dirty = new Set();
let timer = 0;
let busy = false;
let leaving = false;

function stamp(words) {
  const place = document.getElementById("stamp");
  if (place) place.textContent = words;
}

/* What the page now says, without what stands under the hands of who types. */
function renew(page) {
  for (const words of document.querySelectorAll(".sx-said-at")) {
    if (!page.getElementById(words.id)) words.replaceChildren(); // nothing is said there any more
  }
  let left = false;
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (!fresh) continue;
    if (old.contains(document.activeElement)) left = true;
    else if (![...old.querySelectorAll("[name]")].some((field) => dirty.has(field.name))) old.replaceWith(document.adoptNode(fresh));
  }
  if (left) form.elements.standing.value = ""; // the page does not show all of it: the next answer has everything
  for (const why of page.querySelectorAll(".sx-why[popover]")) {
    if (!document.getElementById(why.id)) document.body.append(document.adoptNode(why));
  }
  const sprite = document.querySelector("body > .sx-sprite");
  for (const symbol of page.querySelectorAll("body > .sx-sprite symbol")) {
    if (!document.getElementById(symbol.id)) sprite.append(document.adoptNode(symbol));
  }
  for (const field of form.querySelectorAll("[data-slides]")) follow(field);
}

function entries(name) {
  const data = new FormData();
  for (const each of ["csrf_token", "revision", "standing"]) data.append(each, form.elements[each].value);
  for (const value of new FormData(form).getAll(name)) data.append(name, value);
  data.append("autosave", "1");
  return data;
}

/* A page that is to be chosen from first, for as long as it is. */
function clashing() {
  return form.querySelector('#conflict [name^="keep:"]') !== null;
}

async function save() {
  clearTimeout(timer);
  if (busy || leaving || !dirty.size) return;
  if (clashing()) return stamp(form.dataset.clash);
  const name = dirty.values().next().value;
  dirty.delete(name);
  busy = true;
  stamp(form.dataset.waiting);
  try {
    const answer = await fetch(form.action, { method: "POST", body: entries(name), credentials: "same-origin", redirect: "error" });
    if (answer.status !== 200 && answer.status !== 409 && answer.status !== 422) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.getElementById("kept")) throw new Error("another page");
    renew(page);
    if (answer.status === 409 && clashing()) {
      stamp(form.dataset.clash);
      document.getElementById("conflict").scrollIntoView({ block: "nearest" });
    }
  } catch {
    dirty.add(name);
    stamp(form.dataset.lost);
    timer = setTimeout(save, AGAIN);
    return;
  } finally {
    busy = false;
  }
  save();
}

function touched(field) {
  if (!field.name?.startsWith("/")) return;
  dirty.add(field.name);
  clearTimeout(timer);
  timer = setTimeout(save, WAIT);
}

/* A slider beside a number: each moves the other; the number is what is saved. */
function follow(slider) {
  const field = document.getElementById(slider.dataset.slides);
  slider.hidden = false;
  if (field) slider.value = field.value;
}

/* Dragging does what the buttons of an item do: the form is sent with a move. */
function drag(list) {
  let taken = null;
  for (const grip of list.querySelectorAll(":scope > li > .sx-row > .sx-grip, :scope > li > .sx-row > .sx-row > .sx-grip")) {
    const item = grip.closest("li");
    grip.draggable = true;
    grip.addEventListener("dragstart", (event) => {
      taken = item;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage(item, 0, 0);
    });
    grip.addEventListener("dragend", () => list.querySelectorAll(".over").forEach((each) => each.classList.remove("over")));
    item.addEventListener("dragover", (event) => {
      if (!taken || item.parentElement !== list) return;
      event.preventDefault();
      item.classList.add("over");
    });
    item.addEventListener("dragleave", () => item.classList.remove("over"));
    item.addEventListener("drop", (event) => {
      if (!taken || taken === item) return;
      event.preventDefault();
      const button = form.querySelector('button[name="op"][value="save"]').cloneNode();
      button.value = `move:${taken.dataset.place}:${item.dataset.place}:${list.dataset.list}`;
      form.append(button);
      form.requestSubmit(button);
    });
  }
}

document.querySelector(".sx-sec[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

if (form) {
  form.addEventListener("input", (event) => {
    const slides = event.target.dataset.slides;
    if (slides) {
      const field = document.getElementById(slides);
      field.value = event.target.value;
      touched(field);
    } else {
      touched(event.target);
    }
  });
  form.addEventListener("change", (event) => {
    if (event.target.name?.startsWith("/")) touched(event.target);
  });
  form.addEventListener("focusout", (event) => {
    if (dirty.has(event.target.name)) save();
  });
  form.addEventListener("submit", () => { leaving = true; });
  form.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const way = event.key === "ArrowUp" ? "-1" : "1";
    const button = event.target.closest("li[data-place]")?.querySelector(`button[data-move="${way}"]:not(:disabled)`);
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(button);
  });
  form.querySelectorAll("[data-slides]").forEach(follow);
  form.querySelectorAll("[data-list]").forEach(drag);
  addEventListener("beforeunload", (event) => {
    if (!leaving && (busy || dirty.size)) event.preventDefault();
  });
}
