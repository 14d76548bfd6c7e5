// A hint, once, that the site can be put beside a device's programs: at the end of the page, where it is in the way of nothing.
import { button, read, write } from "./shared.js";

const TOLD = "install.told";
const tables = {
  ko: { hint: "홈 화면에 두면 앱처럼 바로 열 수 있습니다.", install: "홈 화면에 두기", close: "닫기" },
  en: { hint: "On your home screen it opens like an app.", install: "Put it there", close: "Close" },
};

export function offer(prompt) {
  if (read(TOLD, false) || document.querySelector(".install")) return;
  const words = tables[document.documentElement.lang] ?? tables.ko;
  const hint = Object.assign(document.createElement("aside"), { className: "install" });
  hint.append(words.hint, " ", button(words.install, () => { hint.remove(); prompt.prompt(); }), button(words.close, () => hint.remove()));
  document.body.append(hint);
  // Who never came to the end of a page has not been told.
  new IntersectionObserver(([{ isIntersecting }], watch) => {
    if (!isIntersecting) return;
    write(TOLD, true);
    watch.disconnect();
  }).observe(hint);
}
