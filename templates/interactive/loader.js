/* Stands inside the page: shows the controls of the interactive views, and loads those when one is asked for. */
(() => {
  const load = name => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = "interactive/" + name;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
  let ready;
  for (const button of document.querySelectorAll("button[data-opens]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const status = button.nextElementSibling;
      ready ??= load("index.js").then(() => load("view.js"));
      try {
        await ready;
      } catch {
        ready = undefined;
        status.textContent = button.dataset.failed;
        return;
      }
      status.textContent = "";
      fxreportView.open(button.dataset.opens);
    });
  }
})();
