/* Says what is about to be checked: lines and size of the pasted text, name and size of the chosen file.

   <output data-about="id of a textarea or file input" data-text="# 行，@ KB" data-large="…" data-limit="bytes"> */

const size = new TextEncoder();

for (const output of document.querySelectorAll("output[data-about]")) {
  const field = document.getElementById(output.dataset.about);
  const say = () => {
    const file = field.files?.[0];
    const bytes = file ? file.size : size.encode(field.value).length;
    const first = file ? file.name : field.value.split("\n").length;
    const words = bytes > Number(output.dataset.limit) ? output.dataset.large : output.dataset.text;
    const kilobytes = Math.max(1, Math.round(bytes / 1024));
    output.textContent = bytes ? words.replace("@", kilobytes).replace("#", () => first) : "";
  };
  field.addEventListener("input", say);
  say();
}
