// Reads files beside the page, so that it goes on answering, and gives back the text of the report. Bundled with the readers'
// WASM into one file: its policy lets it connect to nothing, so it could not fetch them.
import { check, initSync } from "./readers.js";
import module from "./readers_bg.wasm";

initSync({ module });
const reader = new FileReaderSync();

/** A file as the readers ask for it. */
const source = (file) => ({
  name: file.name.normalize("NFC"),
  size: file.size,
  read(at, into) {
    try {
      into.set(new Uint8Array(reader.readAsArrayBuffer(file.slice(at, at + into.length))));
      return true;
    } catch {
      return false;
    }
  },
});

addEventListener("message", ({ data: files }) => {
  let read = 0;
  let said = 0;
  const advance = (bytes) => {
    read += bytes;
    if (read - said < 1 << 20) return;
    said = read;
    postMessage({ read });
  };
  postMessage({ report: check(files.map(source), { advance }) });
});
postMessage({ ready: true });
