// Small comforts on top of pages that work without them.

// A region that changes by itself: the same page is asked for again, more slowly as time goes by, and
// not while nobody looks.
const live = () => document.querySelector("#live[data-live]");
let pause = 1000;

async function look() {
  if (!live()) return;
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("#live");
        // What was ready at last is shown with all that belongs to it.
        if (fresh && !fresh.hasAttribute("data-live")) return location.reload();
        if (fresh && !live().contains(document.activeElement)) live().replaceWith(fresh);
      }
    } catch {
      // The next look may succeed.
    }
    pause = Math.min(pause * 1.3, 10000);
  }
  setTimeout(look, pause);
}
setTimeout(look, pause);

// A form is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  const words = form.dataset.once;
  if (words && event.submitter) event.submitter.textContent = words;
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// What is wrong is read first.
document.querySelector("#errors")?.focus();

// All people of a page.
const head = document.querySelector("#bulk thead th");
if (head) {
  const all = Object.assign(document.createElement("input"), { type: "checkbox" });
  all.setAttribute("aria-label", "Select this page");
  const boxes = () => document.querySelectorAll('#bulk input[name="id"]');
  all.addEventListener("change", () => boxes().forEach((box) => (box.checked = all.checked)));
  head.append(all);
}
