// What stays on a device when a tab is closed, and its removal.
import { forget } from "./recent.js";
import { attempt, beShared, read, write } from "./shared.js";

const COPIES = "seoga-light-";
const KEYS = "seoga.";
// Of a plain file server the service worker is the site itself, and holds nothing of the visitor but a catalogue.
const isSite = ({ active }) => active?.scriptURL.endsWith("/sw.js");

export async function forgetCaches(start) {
  for (const name of await caches.keys()) if (name.startsWith(start)) await caches.delete(name);
}

// Copies of pages, and the shell.
export const forgetCopies = () => forgetCaches(COPIES);

export async function forgetAll() {
  attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(KEYS)).forEach((key) => localStorage.removeItem(key)));
  const there = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  if (there.some(isSite)) return forgetCaches("seoga-catalogue");
  for (const one of there) await one.unregister();
  if (globalThis.caches) await forgetCaches("seoga-");
}

// One press: what is here goes, and of what comes nothing stays. The page is asked for once more, by no service worker.
export async function share() {
  beShared();
  // Tells open tabs.
  attempt(() => localStorage.setItem("seoga.shared", 1));
  await forgetAll();
  location.reload();
}

export function mount(section) {
  if (section.dataset.script) return;
  section.dataset.script = "mounted";
  section.querySelector("[data-forget-pages]").addEventListener("click", async ({ target }) => {
    forget();
    if (globalThis.caches) await forgetCaches(`${COPIES}pages`);
    target.disabled = true;
  });
  const slash = section.querySelector("[data-slash]");
  slash.checked = !read("slash.off");
  slash.addEventListener("change", () => write("slash.off", slash.checked ? null : true));
}
