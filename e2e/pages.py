"""The Admin Hub in a real browser: accessible, narrow enough, quiet, and usable without JavaScript.

pages.py URL EMAIL PASSWORD [FOLDER]: with a folder it takes pictures of every page instead.
"""

import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

# Chromium asks nobody for anything by itself.
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = [(1280, 900, "light"), (320, 800, "dark")]
FIXED = [
    "/admin",
    "/admin/people",
    "/admin/people?status=active&budget=none",
    "/admin/people?q=nobody-is-called-so",
    "/admin/people/new",
    "/admin/people/check?q=nobody@acme.test",
    "/admin/budgets",
    "/admin/content",
    "/admin/content/new",
    "/admin/content/import",
    "/admin/import",
    "/admin/issues",
    "/admin/sync",
    "/admin/settings",
    "/admin/settings/hris",
    "/admin/settings/hris/connect",
    "/admin/settings/hris/connect/hibob",
    "/admin/settings/hris/disconnect",
    "/admin/settings/organisation",
    "/admin/settings/admins",
    "/admin/settings/regions",
    "/admin/settings/regions/new",
    "/admin/settings/regions/countries",
    "/admin/settings/rules",
    "/admin/settings/left-out",
    "/admin/settings/tokens",
    "/admin/settings/emails",
    "/admin/settings/emails/invitation",
    "/admin/settings/outbox",
    "/admin/help",
    "/home",
    "/me",
    "/me/second-factor",
    "/sign-out",
    "/nowhere",
]
# What the README shows.
MAIN = {"/admin": "home", "/admin/people": "people", "RUN": "run", "PERSON": "person", "/admin/settings/hris": "integration"}


class Site:
    def __init__(self, url, email, password):
        self.url, self.email, self.password = url, email, password
        self.problems = []

    def wrong(self, words):
        self.problems.append(words)
        print("WRONG", words, flush=True)

    def context(self, browser, width, height, scheme, **more):
        return browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **more
        )

    def sign_in(self, page):
        page.goto(self.url + "/sign-in")
        page.fill("#email", self.email)
        page.fill("#password", self.password)
        page.click('form[action="/sign-in"] button')
        page.wait_for_url("**/admin")

    def listen(self, page):
        """Nothing on the console, nothing asked of anybody else."""
        page.on("console", lambda message: self.wrong(f"console of {page.url}: {message.text}")
                if message.type == "error" and "404" not in message.text else None)
        page.on("pageerror", lambda error: self.wrong(f"script of {page.url}: {error}"))
        page.on("request", lambda request: None if request.url.startswith(self.url)
                else self.wrong(f"{page.url} asks {request.url}"))

    def addresses(self, page):
        """Every page, those of one person and one run included; some have a name."""
        page.goto(self.url + "/admin/sync")
        run = page.get_attribute("tbody th a", "href")
        page.goto(self.url + "/admin/people?source=hris")
        person = page.get_attribute("tbody tr:nth-child(3) th a", "href")
        named = {run: "RUN", person: "PERSON"}
        of_person = [person + what for what in ("", "/edit", "/why", "/archive", "/erase")]
        return FIXED + [run, run + "?tab=skipped"] + of_person, named


def look(site, browser):
    """axe, width and noise of every page at both sizes."""
    axe = Axe()
    for width, height, scheme in SIZES:
        # axe itself is put into the page, which the page's own rules would not allow.
        page = site.context(browser, width, height, scheme, bypass_csp=True).new_page()
        page.goto(site.url + "/sign-in")
        judge(site, axe, page, width)
        site.sign_in(page)
        for address in site.addresses(page)[0]:
            page.goto(site.url + address)
            judge(site, axe, page, width)
        page.context.close()
        page = site.context(browser, width, height, scheme).new_page()
        site.listen(page)
        site.sign_in(page)
        for address in site.addresses(page)[0]:
            page.goto(site.url + address, wait_until="load")
        page.context.close()


def judge(site, axe, page, width):
    for violation in axe.run(page).response["violations"]:
        site.wrong(f"{page.url} at {width}: {violation['id']}: {violation['nodes'][0]['html'][:200]}")
    found = page.evaluate("document.documentElement.scrollWidth")
    if found > width:
        site.wrong(f"{page.url} is {found} wide at {width}")


def without_script(site, browser):
    """Budgets for everybody who has none, across pages, with JavaScript off."""
    page = site.context(browser, 1280, 900, "light", java_script_enabled=False).new_page()
    site.sign_in(page)
    page.goto(site.url + "/admin")
    page.click('button[value="budgets"]')
    page.fill("#amount", "500")
    page.click("main form button")
    page.click("main form[action$=start] button")
    for _ in range(60):
        if "Done:" in page.content():
            break
        page.wait_for_timeout(500)
        page.click("text=Refresh")
    else:
        site.wrong("the budgets were never handed out")
    page.goto(site.url + "/admin/people?status=active&budget=none")
    if "Every learner has a budget" not in page.content():
        site.wrong("somebody has no budget")
    page.context.close()


def by_keyboard(site, browser):
    """From the first Tab to the search and into the first person, without a mouse."""
    page = site.context(browser, 1280, 900, "light").new_page()
    site.sign_in(page)
    page.goto(site.url + "/admin/people")
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.className") != "skip":
        site.wrong("the first Tab does not lead to the skip link")
    page.keyboard.press("Enter")
    if page.evaluate("document.activeElement.id") != "main":
        site.wrong("the skip link does not lead to the main content")
    page.focus("#q")
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=a**")
    page.focus("tbody tr th a")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/people/*")
    if "Record" not in page.content():
        site.wrong("Enter does not open the person")
    if outline == "none":
        site.wrong("the focus is not visible")
    page.context.close()


def pictures(site, browser, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in [(1280, 900), (320, 800)]:
        for scheme in ("light", "dark"):
            page = site.context(browser, width, height, scheme).new_page()
            site.sign_in(page)
            addresses, named = site.addresses(page)
            for number, address in enumerate(addresses):
                page.goto(site.url + address)
                name = address.strip("/").replace("/", "-").split("?")[0][:40]
                page.screenshot(path=folder / f"{width}-{scheme}-{number:02}-{name}.png", full_page=True)
                main = MAIN.get(named.get(address, address))
                if main and (width, scheme) == (1280, "light"):
                    page.screenshot(path=folder / f"{main}.png")
            page.context.close()


def main():
    url, email, password, *folder = sys.argv[1:]
    site = Site(url, email, password)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        if folder:
            pictures(site, browser, Path(folder[0]))
        else:
            look(site, browser)
            without_script(site, browser)
            by_keyboard(site, browser)
        browser.close()
    if site.problems:
        sys.exit(f"{len(site.problems)} things are wrong with the pages")


main()
