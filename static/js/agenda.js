// Orders the agenda by drag and drop; the arrows beside each file do the same without this file.
"use strict";

for (const list of document.querySelectorAll("[data-agenda]")) {
  const form = document.getElementById(list.dataset.agenda);
  const order = () => [...list.querySelectorAll("[data-item]")].map((row) => row.dataset.item);
  const before = order().join();
  let moving = null;

  for (const row of list.querySelectorAll("[data-item]")) {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      // Text being selected in a field is not a file being moved.
      if (event.target !== row) return;
      moving = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.item);
      row.classList.add("moving");
    });
    row.addEventListener("dragover", (event) => {
      if (!moving || moving === row) return;
      event.preventDefault();
      const { top, height } = row.getBoundingClientRect();
      row[event.clientY < top + height / 2 ? "before" : "after"](moving);
    });
    row.addEventListener("drop", (event) => event.preventDefault());
    row.addEventListener("dragend", () => {
      moving?.classList.remove("moving");
      moving = null;
      if (order().join() === before) return;
      for (const item of order()) {
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name: "item", value: item });
        form.append(input);
      }
      form.requestSubmit();
    });
  }
}
