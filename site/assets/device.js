// The catalogue on this device, kept by the service worker where there is one: how much it is, how far it came, and its removal.
import { QUEUE } from "./choices.js";
import { forgetCaches, forgetCopies } from "./left.js";
import { LIGHT, isShared, read, write } from "./shared.js";

const tables = {
  ko: {
    device: (kept, fresh) => [kept && `${kept}MB를 두었습니다.`, fresh && (kept ? `새 자료가 있습니다(${fresh}MB까지).` : `${fresh}MB입니다.`)].filter(Boolean).join(" "),
    keeping: (n, of) => `내려받는 중: 파일 ${of}개 가운데 ${n}개`,
    notKept: "다 내려받지 못했습니다. 다시 누르면 이어서 내려받습니다.",
  },
  en: {
    device: (kept, fresh) => [kept && `${kept} MB are kept here.`, fresh && (kept ? `A newer catalogue is there (up to ${fresh} MB).` : `It is ${fresh} MB.`)].filter(Boolean).join(" "),
    keeping: (n, of) => `Downloading: ${n} of ${of} files`,
    notKept: "The download stopped. Press again to go on with it.",
  },
};
const words = () => tables[document.documentElement.lang] ?? tables.ko;

const host = navigator.serviceWorker;

const scriptOf = ({ active, waiting, installing } = {}) => (active ?? waiting ?? installing)?.scriptURL;
// The light one, for copies of pages, keeps no catalogue.
const isKeeping = async () => !(scriptOf(await host.getRegistration()) ?? LIGHT).endsWith(LIGHT);

// Waits until the service worker is in force, in place of the one for copies; one that could not be had whole never is.
async function register(path) {
  const { installing, waiting } = await host.register(path, { scope: "/" });
  const coming = installing ?? waiting;
  await new Promise((resolve, reject) => {
    const look = () => {
      if (!coming || coming.state === "activated") resolve();
      else if (coming.state === "redundant") reject(new Error(coming.state));
    };
    coming?.addEventListener("statechange", look);
    look();
  });
  await forgetCopies();
}

const ask = async (deed) => {
  const { active } = await host.ready;
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.value));
    active.postMessage({ do: deed }, [port2]);
  });
};

const pointer = () => fetch("/index/current.json").then((answer) => answer.ok ? answer.json() : null, () => null);

const megabytes = (bytes) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(bytes / 1e6);

export async function mount(section) {
  if (section.dataset.script || !host || isShared()) return;
  section.dataset.script = "mounted";
  const { worker } = await import("./host.js");
  let isThere = await isKeeping();
  if (!worker && !isThere) return;
  const [state, keep, forget] = ["state", "keep", "forget"].map((part) => section.querySelector(`[data-device-${part}]`));
  const show = async () => {
    const [kept, offered] = [isThere && await ask("kept"), isThere ? await ask("offered") : await pointer()];
    const fresh = kept && (!offered || offered.generation === kept.generation);
    state.textContent = words().device(kept && megabytes(kept.bytes), offered && !fresh && megabytes(offered.bytes));
    keep.disabled = fresh || !offered;
    forget.disabled = !kept;
  };
  keep.addEventListener("click", async () => {
    keep.disabled = true;
    try {
      if (!isThere) await register(worker);
      isThere = true;
      // Firefox asks the visitor, who may never answer: nothing waits for it.
      navigator.storage?.persist?.().catch(() => {});
      for (let step = await ask("step"); ; step = await ask("step")) {
        state.textContent = words().keeping(step.of - step.left, step.of);
        if (!step.left) break;
      }
      await show();
    } catch {
      state.textContent = words().notKept;
      keep.disabled = false;
    }
  });
  forget.addEventListener("click", async () => {
    await ask("forget");
    // Where the edge answers, nothing of ours stays.
    if (worker) {
      isThere = false;
      await (await host.getRegistration())?.unregister();
      await forgetCaches("seoga-");
      // What was picked from it waits for nothing.
      const others = [read(QUEUE, [])].flat().filter((pick) => !pick?.question);
      write(QUEUE, others.length ? others : null);
    }
    await show();
  });
  await show();
  section.classList.remove("spent");
}
