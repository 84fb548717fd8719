// Small comforts on top of pages that work without them.

const main = document.documentElement;
const says = document.querySelector("#says");
const say = (words) => {
  if (says) says.textContent = words;
};

// A region that changes by itself: what it shows comes as events. Where they cannot, the page is asked again, more
// slowly as time goes by; nothing happens while nobody looks.
const live = () => document.querySelector("#live[data-live]");
let stream;
let failures = 0;
let pause = 1000;

function show(html) {
  const old = live();
  if (!old) return;
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("#live");
  if (!fresh || old.contains(document.activeElement)) return;
  const before = old.querySelector("[data-says]")?.textContent;
  const now = fresh.querySelector("[data-says]");
  // Said once for each step, not for each tick.
  now?.removeAttribute("role");
  if (now && quarter(now.textContent) !== quarter(before ?? "")) say(now.textContent);
  old.replaceWith(fresh);
}

// How far something is, in quarters; other words as they are.
function quarter(words) {
  const [, done, total] = words.match(/^([\d.,]+) \S+ ([\d.,]+)/) ?? [];
  if (!total) return words;
  const number = (text) => Number(text.replace(/[.,]/g, ""));
  return Math.floor((4 * number(done)) / Math.max(1, number(total)));
}

function listen() {
  const address = live()?.dataset.live;
  if (!address || document.hidden || stream) return;
  if (failures >= 3 || !("EventSource" in window)) return void setTimeout(ask, pause);
  stream = new EventSource(address);
  stream.addEventListener("html", (event) => show(event.data));
  stream.addEventListener("end", (event) => {
    stream.close();
    location.assign(event.data);
  });
  stream.addEventListener("error", () => {
    stream.close();
    stream = undefined;
    failures += 1;
    setTimeout(listen, 1000 * failures);
  });
}

async function ask() {
  if (!live() || document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const text = await answer.text();
    // What was ready at last is shown with all that belongs to it.
    if (answer.ok && !/id="live"[^>]*data-live/.test(text)) return location.reload();
    if (answer.ok) show(text);
  } catch {
    // The next look may succeed.
  }
  pause = Math.min(pause * 1.4, 15000);
  setTimeout(ask, pause);
}

if (live()) {
  if (live().dataset.live) listen();
  else setTimeout(ask, pause);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stream?.close();
      stream = undefined;
    } else listen();
  });
}

// A form is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  const words = form.dataset.once;
  if (words && event.submitter) {
    event.submitter.setAttribute("aria-disabled", "true");
    event.submitter.textContent = words;
  }
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  counted();
});

// What is wrong is read first.
document.querySelector("#errors")?.focus();

// Where there is room, filters that are on are shown open.
const filters = document.querySelector("details[data-open]");
if (filters && matchMedia("(min-width: 40rem)").matches) filters.open = true;

// A secret can be shown while it is typed.
for (const field of document.querySelectorAll("input[data-reveal]")) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "second" });
  button.textContent = field.dataset.reveal;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    button.setAttribute("aria-pressed", String(hidden));
  });
  field.after(button);
}

// All people of a page, a range with Shift, and how many.
let bulk = document.querySelector("#bulk");
const boxes = () => [...(bulk?.querySelectorAll('input[name="id"]') ?? [])];
let lastBox;

function counted() {
  const across = bulk?.querySelector("#across");
  for (const box of boxes()) box.disabled = Boolean(across?.checked);
  const told = bulk?.querySelector("[data-selected]");
  const chosen = boxes().filter((box) => box.checked && !box.disabled).length;
  if (told) told.textContent = chosen > 0 ? told.dataset.selected.replace("#", chosen) : "";
}

function choosePage() {
  const place = bulk?.querySelector("[data-select-page]");
  const head = bulk?.querySelector("thead th");
  if (!place || !head) return;
  const all = Object.assign(document.createElement("input"), { type: "checkbox" });
  all.setAttribute("aria-label", place.dataset.selectPage);
  all.addEventListener("change", () => {
    boxes().forEach((box) => (box.checked = all.checked));
    counted();
  });
  head.append(all);
}

function onBulk() {
  choosePage();
  bulk.querySelector("#across")?.addEventListener("change", counted);
  bulk.addEventListener("click", (event) => {
    const box = event.target.closest?.('input[name="id"]');
    if (!box) return;
    const all = boxes();
    if (event.shiftKey && lastBox) {
      const [from, to] = [all.indexOf(lastBox), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((other) => (other.checked = box.checked));
    }
    lastBox = box;
    counted();
  });
  counted();
}
if (bulk) onBulk();

// The list while somebody types: after a short rest, the newest question wins, and Back still works.
const search = document.querySelector("form[data-live-search]");
let typing;
let asked;

async function look() {
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams(new FormData(search));
  for (const [name, value] of [...query]) if (!value) query.delete(name, value);
  const address = `${search.getAttribute("action")}?${query}`;
  try {
    const answer = await fetch(address, { signal: asked.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#results");
    if (!fresh) return;
    document.querySelector("#results").replaceWith(fresh);
    history.replaceState(null, "", address);
    say(fresh.querySelector("#count")?.textContent ?? "");
    bulk = fresh.querySelector("#bulk");
    if (bulk) onBulk();
  } catch {
    // A newer question, or no network: the button is still there.
  }
}
search?.querySelector('input[type="search"]')?.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(look, 250);
});

// A list to hand over.
for (const list of document.querySelectorAll("textarea[data-copy]")) {
  list.addEventListener("focus", () => list.select());
}

// Single keys, for whoever wants them.
const rows = () => [...document.querySelectorAll("a[data-row]")];
let waitsForGo = false;

function step(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement.closest?.("tr")?.querySelector("a[data-row]"));
  all[Math.max(0, Math.min(all.length - 1, at + by))]?.focus();
}

const keys = {
  "/": () => document.querySelector("[data-hotkey='/']")?.focus(),
  "?": () => location.assign("/admin/help#keys"),
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement.closest?.("tr")?.querySelector('input[type="checkbox"]')?.click(),
  g: () => {
    waitsForGo = true;
    setTimeout(() => (waitsForGo = false), 1500);
  },
};

document.addEventListener("keydown", (event) => {
  if (!("keys" in main.dataset) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  if (waitsForGo) {
    waitsForGo = false;
    const part = document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`);
    if (part) {
      event.preventDefault();
      part.click();
      return;
    }
  }
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

// A choice that changes the numbers on the page is counted at once.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submit]")) event.target.form.requestSubmit();
});
