// Gives files to the worker that reads them and shows its report. Nothing is sent: the policy of this page allows no connection.
const [input, status, progress, report, save, main] = ["files", "status", "progress", "report", "save", "main"].map((id) => document.getElementById(id));
const says = document.body.dataset;
let worker;
let isReady = false;
let total = 0;

function start() {
  worker = new Worker("/assets/check/worker.js", { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    if (data.ready) return (input.disabled = !(isReady = true));
    if (data.read) return (progress.value = data.read / (total || 1));
    progress.hidden = true;
    report.textContent = data.report;
    report.hidden = save.hidden = false;
    status.textContent = says.done;
    report.focus();
  });
  // A file larger than the memory of a page ends the worker. One that never began is not there: a server that was not built with it.
  worker.addEventListener("error", () => {
    progress.hidden = true;
    status.textContent = isReady ? says.failed : says.missing;
    worker.terminate();
    if (isReady) start();
  });
}

function read(files) {
  if (!files.length || input.disabled) return;
  total = files.reduce((sum, { size }) => sum + size, 0);
  report.hidden = save.hidden = true;
  progress.hidden = false;
  progress.value = 0;
  status.textContent = says.reading;
  worker.postMessage(files);
}

input.addEventListener("change", () => {
  read([...input.files]);
  input.value = "";
});
for (const kind of ["dragover", "drop"]) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    if (kind === "drop") read([...event.dataTransfer.files]);
  });
}
save.addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([report.textContent], { type: "text/plain;charset=utf-8" }));
  link.download = "report.txt";
  link.click();
  URL.revokeObjectURL(link.href);
});
main.dataset.script = "";
start();
