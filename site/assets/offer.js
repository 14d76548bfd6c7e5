// Where the clipboard is refused: the text, marked, in a box to copy it from.
const tables = {
  ko: { copyFrom: "여기서 복사하세요", close: "닫기" },
  en: { copyFrom: "Copy it from here", close: "Close" },
};

export function offer(text) {
  const words = tables[document.documentElement.lang] ?? tables.ko;
  const dialog = document.createElement("dialog");
  const form = Object.assign(document.createElement("form"), { method: "dialog" });
  const label = Object.assign(document.createElement("label"), { textContent: words.copyFrom });
  const field = Object.assign(document.createElement("textarea"), { readOnly: true, rows: 3, value: text });
  const close = Object.assign(document.createElement("button"), { textContent: words.close });
  label.append(field);
  form.append(label, close);
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  field.select();
}
