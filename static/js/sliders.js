// Puts a slider under each number that says its bounds; the number stays what is sent.
"use strict";

const addSlider = (input) => {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.className = "slider";
  slider.min = input.dataset.min ?? input.min;
  slider.max = input.dataset.max ?? input.max;
  slider.step = input.dataset.step;
  slider.setAttribute("aria-label", `${document.querySelector(`label[for="${input.id}"]`).textContent.trim()}, au curseur`);
  const follow = () => { slider.value = input.value.replace(/\s/g, "").replace(",", "."); };
  follow();
  input.addEventListener("input", follow);
  slider.addEventListener("input", () => {
    input.value = Number(slider.value).toLocaleString("fr-FR");
  });
  (input.closest(".input-group") ?? input).after(slider);
};

document.querySelectorAll("[data-slider]").forEach(addSlider);
