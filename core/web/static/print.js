/* Buttons that print the page. They stay hidden where there is no script; the browser's own menu prints as well. */

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
