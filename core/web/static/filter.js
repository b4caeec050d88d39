/* Filter as you type. The form itself works without this file: it asks the server for the filtered page.

   <form data-filter="#list">  with <input type="search">; [data-item] inside the list are shown or hidden,
   data-about are words that find an item without standing in it; a [data-group] with nothing left in it is hidden too; <output data-count="共 # 条"> says how many remain. */

for (const form of document.querySelectorAll("form[data-filter]")) {
  const list = document.querySelector(form.dataset.filter);
  const box = form.querySelector('input[type="search"]');
  const count = form.querySelector("output[data-count]");
  const empty = form.dataset.filterEmpty && document.querySelector(form.dataset.filterEmpty);
  const items = [...list.querySelectorAll("[data-item]")].map((node) => [node, `${node.textContent}\n${node.dataset.about ?? ""}`.toLowerCase()]);

  const sift = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [node, text] of items) {
      node.hidden = !words.every((word) => text.includes(word));
      if (!node.hidden) shown += 1;
    }
    for (const group of list.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-item]:not([hidden])");
    }
    if (empty) empty.hidden = shown > 0;
    if (count) count.textContent = count.dataset.count.replace("#", shown);
  };
  box.addEventListener("input", sift);
}
