// Every plot's JSON is handed to Vega when the plot is first laid out, so that those in closed parts cost nothing.
// Buttons of a key hide and show the lines of all frames of their figure.
const frames = [...document.querySelectorAll(".frame")];
const views = new Map();
let queue = Promise.resolve();

async function draw(frame) {
  const spec = JSON.parse(frame.querySelector("script").textContent);
  const place = frame.querySelector(".canvas");
  const { view } = await window.vegaEmbed(place, spec, {
    actions: false, ast: true, defaultStyle: false, renderer: "svg", tooltip: { theme: "page" },
  });
  views.set(frame, view);
  frame.dataset.drawn = "";
  await view.signal("off", off(frame.closest(".plot"))).runAsync();
}

function off(figure) {
  return [...figure.querySelectorAll(".key button[aria-pressed=false]")].map((button) => button.dataset.line);
}

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      queue = queue.then(() => draw(target));
    }
  },
  { rootMargin: "1000000px" },
);
frames.forEach((frame) => observer.observe(frame));

for (const button of document.querySelectorAll(".plot .key button")) {
  button.disabled = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
    const figure = button.closest(".plot");
    for (const frame of figure.querySelectorAll(".frame")) views.get(frame)?.signal("off", off(figure)).runAsync();
  });
}
