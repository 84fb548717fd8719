"""What an admin does most, from beginning to end: with a mouse, with the keyboard alone, and without JavaScript.

tasks.py URL SANDBOX ORGANISATION...: for each of the three an organisation that is not connected yet, as EMAIL:PASSWORD.
Presses and fields are counted and may not become more: an admin is under time pressure.
"""

import json
import sys
import urllib.request

from playwright.sync_api import Error

from site_of import Site, in_chromium, until

TOKEN = "sandbox-token"


class Hand:
    """A person with a mouse."""

    script = True

    def __init__(self, site, page):
        self.site, self.page = site, page
        self.presses = self.fields = 0

    def press(self, selector):
        self.presses += 1
        self.reach(selector)

    def reach(self, selector):
        with self.page.expect_navigation():
            self.page.click(selector)

    def tick(self, selector):
        self.presses += 1
        self.page.check(selector)

    def fill(self, selector, text):
        self.fields += 1
        self.page.fill(selector, text)

    def look_for(self, words):
        """Writes into the search of the people and waits for the list."""
        self.fill("#q", words)
        until(self.page, "document.querySelector('#count').textContent.startsWith('0')")

    def goes(self, address):
        self.page.goto(self.site.url + address)

    def sees(self, words, tries=120):
        """Waits until a page says something; pages without script are asked again."""
        for _ in range(tries):
            if words in self.page.inner_text("main"):
                return
            self.page.wait_for_timeout(250)
            self.page.reload()
        self.site.wrong(f"{self.page.url} never says {words!r}: {self.page.inner_text('main')[:300]}")

    def counted(self, task, presses, fields):
        got = (self.presses, self.fields)
        print(f"  {task}: {got[0]} presses, {got[1]} fields (at most {presses} and {fields})")
        self.site.expect(
            got[0] <= presses and got[1] <= fields,
            f"{task} takes {got[0]} presses and {got[1]} fields with {type(self).__name__}",
        )
        self.presses = self.fields = 0


class Keyboard(Hand):
    """A person without a mouse: Tab to it, then Enter or Space, and the focus is always seen."""

    def is_in_view(self):
        return self.page.evaluate("""() => {
            const box = document.activeElement.getBoundingClientRect();
            return box.bottom > 0 && box.top < innerHeight;
        }""")

    def walk(self, selector):
        target = f"document.activeElement === document.querySelector({json.dumps(selector)})"
        for _ in range(400):
            if self.page.evaluate(target):
                # The page may still be scrolling to it.
                self.page.wait_for_timeout(0 if self.is_in_view() else 500)
                seen = self.page.evaluate("""() => {
                    const box = document.activeElement.getBoundingClientRect();
                    const style = getComputedStyle(document.activeElement);
                    return style.outlineStyle !== 'none' && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
                }""")
                self.site.expect(seen, f"{self.page.url}: the focus on {selector} is not seen")
                return
            self.page.keyboard.press("Tab")
        self.site.wrong(f"{self.page.url}: Tab never reaches {selector}")

    def reach(self, selector):
        self.walk(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def tick(self, selector):
        self.presses += 1
        self.walk(selector)
        self.page.keyboard.press("Space")

    def fill(self, selector, text):
        self.fields += 1
        self.walk(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)


class NoScript(Hand):
    """A browser without JavaScript."""

    script = False

    def look_for(self, words):
        self.fill("#q", words)
        self.press('form[role="search"] button')


class HiBob:
    """The simulated HiBob, as tests drive it."""

    def __init__(self, url):
        self.url = url

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def reset(self):
        self.ask("POST", "/_sandbox/reset")

    def leave(self, people):
        """So many employees have left."""
        roster = self.ask("GET", "/_sandbox/roster")
        here = [one for one in roster["employees"] if one["lifecycleStatus"] == "Employed" and one["email"]]
        for employee in here[-people:]:
            change = {"lifecycleStatus": "Terminated", "terminationDate": "2026-01-31"}
            self.ask("PATCH", f"/_sandbox/employees/{employee['id']}", change)

    def refuse(self, status):
        faults = [{"name": "status", "value": status}] if status else []
        self.ask("PUT", "/_sandbox/faults", {"faults": faults})


def connect(hand):
    hand.goes("/admin")
    hand.press('nav a[href="/admin/settings"]')
    hand.press('a.button[href="/admin/settings/hris/connect"]')
    hand.press('.cards a[href$="/connect/hibob"]')
    hand.fill("#service_user_id", "sandbox")
    hand.fill("#token", TOKEN)
    hand.press('button[name="preview"]')
    hand.sees("Preview ready, nothing changed")
    hand.counted("T1 connect and see what would change", 5, 2)
    hand.press('a.button[href$="/start"]')
    hand.press('main button[value="sync"]')
    hand.sees("Finished")
    hand.counted("T1 start", 2, 0)


def sync_now(hand):
    hand.goes("/admin")
    hand.press('section button[value="sync"]')
    hand.sees("Finished")
    hand.counted("T2 sync now", 1, 0)


def who_is_missing(hand):
    hand.goes("/admin/people")
    hand.look_for("nobody@acme.test")
    hand.press('#results a[href^="/admin/people/check?q="]')
    hand.sees("HiBob has not shown anybody")
    # Without script the search has a button of its own.
    hand.counted("T3 why is somebody missing", 1 if hand.script else 2, 1)


def budgets(hand):
    hand.goes("/admin")
    hand.press('.needs button[value="budgets"]')
    hand.fill("#amount", "500")
    hand.press("main form button")
    hand.press('form[action$="/start"] button')
    hand.sees("Done:")
    hand.counted("T4 budgets for everybody without one", 6, 4)
    hand.goes("/admin/people?status=active&budget=none")
    hand.sees("Every learner has a budget.")


def invitations(hand):
    hand.goes("/admin")
    hand.press('.needs button[value="invitations"]')
    hand.press('form[action$="/start"] button')
    hand.sees("Done:")
    hand.counted("T5 invite everybody", 3, 0)


def held(hand, hibob):
    hibob.leave(30)
    hand.goes("/admin")
    hand.reach('section button[value="sync"]')
    hand.sees("This sync waits for you")
    run = hand.page.url.split("?")[0].replace("/review", "")
    # What the mail leads to.
    hand.page.goto(run + "/review")
    number = hand.page.inner_text('label[for="typed"]').split(" ")[-1]
    hand.fill("#typed", number)
    hand.press('form[action$="/approve"] button')
    hand.sees("It is approved and applied.")
    hand.counted("T6 a held sync", 2, 1)


def bring_back(hand):
    hand.goes("/admin/people?status=archived&source=hris")
    hand.page.goto(hand.site.url + hand.page.get_attribute("tbody th a", "href"))
    hand.press('main a.button[href$="/restore"]')
    hand.press("main form button:not([name])")
    hand.sees("They are back.")
    hand.counted("T7 bring somebody back", 2, 0)
    hand.goes("/admin/people?status=archived&source=hris")
    first = hand.page.get_attribute('#bulk input[name="id"]', "value")
    hand.tick(f'#bulk input[name="id"][value="{first}"]')
    hand.press('#bulk button[value="restore"]')
    hand.press('form[action$="/start"] button')
    hand.sees("Done:")
    hand.counted("T7 several", 4, 0)


def dead_token(hand, hibob):
    hibob.refuse(401)
    hand.goes("/admin")
    hand.reach('section button[value="sync"]')
    hand.sees("Failed, nothing changed")
    hibob.refuse(None)
    hand.goes("/admin/people")
    hand.press(".banner a")
    hand.fill("#token", TOKEN)
    hand.press("main form.stack button:not([type])")
    hand.sees("The token is replaced.")
    hand.counted("T8 replace a dead token", 2, 1)


def what_changed(hand):
    hand.goes("/admin")
    hand.press('nav a[href="/admin/sync"]')
    hand.goes("/admin/sync?type=manual")
    hand.press("tbody th a[data-row]")
    hand.counted("T9 what changed, for whom, why", 2, 0)


def take_back(hand):
    hand.goes("/admin")
    hand.press('nav a[href="/admin/budgets"]')
    hand.goes("/admin/budgets")
    job = hand.page.locator("tbody tr", has_text="Add budgets").first.locator("a").get_attribute("href")
    hand.press(f'a[href="{job}"]')
    hand.press('form[action$="/take-back"] button')
    hand.sees("The budgets are taken back.")
    hand.counted("T10 undo a wrong bulk of budgets", 3, 0)


def state(hand):
    """What the organisation has come to, to compare the three."""
    counts = {}
    for view in ("status=active", "status=archived", "budget=any", "invitation=queued", "invitation=never"):
        hand.goes(f"/admin/people?{view}")
        counts[view] = hand.page.inner_text("#count").split(" ")[0]
    return counts


def double_press(site, browser):
    """Two presses, Back, and two tabs start one sync and one job."""
    page = site.context(browser).new_page()
    site.sign_in(page)
    page.goto(site.url + "/admin/sync")
    before = page.locator("tbody tr").count()
    page.goto(site.url + "/admin")
    page.dblclick('section button[value="sync"]')
    page.wait_for_url("**/admin/sync/*")
    # The page of the sync may go on to its result at the same moment.
    try:
        page.go_back()
    except Error:
        page.goto(site.url + "/admin")
    for _ in range(80):
        page.goto(site.url + "/admin/sync")
        if "Reading" not in page.content() and "Waiting to begin" not in page.content():
            break
        page.wait_for_timeout(250)
    after = page.locator("tbody tr").count()
    site.expect(after - before <= 1, f"a double press made {after - before} syncs")
    page.context.close()


def no_secret_is_given_back(site, browser):
    """A token that is refused stands on no page afterwards."""
    page = site.context(browser).new_page()
    seen = []
    page.on("response", lambda answer: seen.append(answer))
    site.sign_in(page)
    page.goto(site.url + "/admin/settings/hris/connect/hibob")
    page.fill("#token", "canary-4711")
    page.click("main form.stack button:not([type])")
    page.wait_for_selector("#errors")
    site.expect("canary-4711" not in page.content(), "the token stands on the page")
    for address in ("/admin/settings/hris", "/admin/issues", "/admin/sync", "/admin/settings/outbox"):
        page.goto(site.url + address)
        site.expect("canary-4711" not in page.content(), f"the token stands on {address}")
    page.context.close()


def main():
    url, sandbox, *organisations = sys.argv[1:]
    problems = []
    hibob = HiBob(sandbox)

    def work(browser):
        states = []
        for kind, organisation in zip((Hand, Keyboard, NoScript), organisations):
            print(kind.__doc__.splitlines()[0], flush=True)
            site = Site(url, *organisation.split(":", 1), problems)
            hibob.reset()
            page = site.context(browser, java_script_enabled=kind.script).new_page()
            site.sign_in(page)
            hand = kind(site, page)
            connect(hand)
            sync_now(hand)
            who_is_missing(hand)
            budgets(hand)
            invitations(hand)
            held(hand, hibob)
            bring_back(hand)
            dead_token(hand, hibob)
            what_changed(hand)
            take_back(hand)
            states.append(state(hand))
            page.context.close()
        if any(other != states[0] for other in states):
            problems.append(f"the three ended differently: {states}")
        double_press(site, browser)
        no_secret_is_given_back(site, browser)

    in_chromium(work)
    if problems:
        sys.exit("\n".join(problems))


main()
