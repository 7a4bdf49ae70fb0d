// Keys of the review: 1 to 9 a style, Enter the answer, n none of these, s skip, u undo, m map. Nothing while somebody types.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const focused = event.target;
  if (focused.closest && focused.closest("input, textarea, select, [contenteditable=true], [role=listbox]")) return;
  const isOpenTab = focused.closest && focused.closest("[role=tab][aria-selected=true]");
  const isButton = !isOpenTab && focused.closest && focused.closest("button, a");
  const key = event.key.toLowerCase();
  const ids = { n: "review-none", s: "review-skip", u: "review-undo", m: "review-map" };
  let id = ids[key];
  if (/^[1-9]$/.test(key)) id = "review-choice-" + (Number(key) - 1);
  const isNone = document.querySelector("#review-none.primary");
  if (key === "enter" && !isButton) id = isNone ? ids.n : "review-choice-0";
  const button = id && document.getElementById(id);
  if (!button || button.offsetParent === null || button.disabled) return;
  event.preventDefault();
  button.click();
});

// After a click by mouse or finger no button keeps the focus, or Enter would press it once more.
document.addEventListener("click", (event) => {
  const button = event.detail > 0 && event.target.closest && event.target.closest("button[id^=review-]");
  if (button) button.blur();
});
