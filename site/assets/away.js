// Asks again for a page that could not be had, once there is a connection: not while the visitor writes something else.
const EVERY = 5_000;

// A file, which costs the edge no request of its worker; that it changes with each catalogue does not matter.
const isBack = () => fetch("/index/current.json", { method: "HEAD", cache: "no-store" }).then(({ ok }) => ok, () => false);

export function mount(part) {
  const box = document.querySelector("form.search input[name=q]");
  const again = async () => {
    if (!part.isConnected) return stop();
    if (!document.hidden && box.value === box.defaultValue && await isBack()) location.reload();
  };
  const timer = setInterval(again, EVERY);
  const stop = () => { clearInterval(timer); removeEventListener("online", again); };
  addEventListener("online", again);
}
