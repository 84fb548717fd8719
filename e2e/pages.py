"""Every page in a real browser: accessible, narrow enough, light, and quiet.

pages.py URL EMAIL PASSWORD [FOLDER]: with a folder it takes pictures of every page instead.
"""

import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from site_of import Site, in_chromium, until

SIZES = [(1280, 900, "light"), (320, 800, "dark")]
# The other two, on the pages that people use most.
OTHER_SIZES = [(1280, 900, "dark"), (320, 800, "light")]
FIXED = [
    "/admin",
    "/admin/people",
    "/admin/people?status=active&budget=none",
    "/admin/people?q=nobody-is-called-so",
    "/admin/people?error=nobody",
    "/admin/people/new",
    "/admin/people/check?q=nobody@acme.test",
    "/admin/budgets",
    "/admin/content",
    "/admin/content/new",
    "/admin/content/import",
    "/admin/import",
    "/admin/issues",
    "/admin/sync",
    "/admin/sync/out-of-scope",
    "/admin/sync/skipped",
    "/admin/settings",
    "/admin/settings?done=saved",
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
MOST_USED = ["/admin", "/admin/people", "/admin/settings/hris", "/admin/sync"]


def addresses(site, page):
    """Every page, those of one person and one run included; some have a name."""
    page.goto(site.url + "/admin/sync")
    run = page.get_attribute("tbody th a", "href")
    page.goto(site.url + "/admin/people?source=hris")
    person = page.get_attribute("tbody tr:nth-child(3) th a", "href")
    page.goto(site.url + run + "?tab=update")
    change = page.get_attribute("tbody th a", "href")
    named = {run: "RUN", person: "PERSON"}
    of_person = [person + what for what in ("", "/edit", "/why", "/archive", "/erase", "/unlink", "/link")]
    of_run = [run, run + "?tab=skipped", run + "?tab=archive&q=nobody", change]
    return FIXED + of_run + of_person, named


def look(site, browser):
    """axe, width and noise of every page at both sizes."""
    axe = Axe()
    for width, height, scheme in SIZES:
        # axe itself is put into the page, which the page's own rules would not allow.
        page = site.context(browser, width, height, scheme, bypass_csp=True).new_page()
        page.goto(site.url + "/sign-in")
        judge(site, axe, page, width)
        site.sign_in(page)
        for address in addresses(site, page)[0]:
            page.goto(site.url + address)
            judge(site, axe, page, width)
        page.context.close()
        page = site.context(browser, width, height, scheme).new_page()
        site.listen(page)
        site.sign_in(page)
        for address in addresses(site, page)[0]:
            page.goto(site.url + address, wait_until="load")
        page.context.close()
    for width, height, scheme in OTHER_SIZES:
        page = site.context(browser, width, height, scheme, bypass_csp=True).new_page()
        site.sign_in(page)
        for address in MOST_USED:
            page.goto(site.url + address)
            judge(site, axe, page, width)
        page.context.close()


def in_german(site, browser):
    """The same pages in the other language: no text missing, nothing too wide, still accessible."""
    axe = Axe()
    page = site.context(browser, 320, 800, "light", bypass_csp=True, locale="de-DE").new_page()
    site.sign_in(page)
    for address in addresses(site, page)[0]:
        page.goto(site.url + address)
        judge(site, axe, page, 320)
        site.expect(page.get_attribute("html", "lang") == "de", f"{page.url} is not in German")
    page.context.close()


def without_script(site, browser):
    """Pages whose script does not come are as accessible."""
    axe = Axe()
    page = site.context(browser, bypass_csp=True).new_page()
    page.route("**/hub.js", lambda route: route.abort())
    site.sign_in(page)
    for address in MOST_USED + ["/admin/settings/hris/connect/hibob", "/me"]:
        page.goto(site.url + address)
        judge(site, axe, page, 1280)
    page.context.close()


def judge(site, axe, page, width):
    for violation in axe.run(page).response["violations"]:
        site.wrong(f"{page.url} at {width}: {violation['id']}: {violation['nodes'][0]['html'][:200]}")
    found = page.evaluate("document.documentElement.scrollWidth")
    site.expect(found <= width, f"{page.url} is {found} wide at {width}")
    small = page.evaluate("""() => [...document.querySelectorAll('button, .button, input[type=checkbox], select')]
        .map((part) => [part.outerHTML.slice(0, 80), part.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24)).map(([html]) => html)""")
    site.expect(not small, f"{page.url}: too small to hit: {small[:1]}")


def rows_are_high_enough(site, browser):
    """The first person of the list is above the fold of a small phone turned twice."""
    page = site.context(browser, 320, 800).new_page()
    site.sign_in(page)
    page.goto(site.url + "/admin/people")
    top = page.evaluate("document.querySelector('tbody tr').getBoundingClientRect().top + scrollY")
    site.expect(top <= 1000, f"the first person stands at {top:.0f} px at 320")
    page.context.close()


def weight(site, browser):
    """What a visit costs: 60 KB and 6 requests at first, 20 KB and 2 on the next page."""
    page = site.context(browser).new_page()
    site.sign_in(page)
    page.context.clear_cookies(name="nothing")
    fresh = site.context(browser, storage_state=page.context.storage_state()).new_page()
    network = fresh.context.new_cdp_session(fresh)
    network.send("Network.enable")
    sizes = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    fresh.goto(site.url + "/admin/people", wait_until="networkidle")
    first = (len(sizes), sum(sizes))
    sizes.clear()
    fresh.goto(site.url + "/admin/sync", wait_until="networkidle")
    # What comes from the browser's own store is no request of the network.
    second = (len([size for size in sizes if size > 0]), sum(sizes))
    print(f"first page: {first[0]} requests, {first[1]} bytes; next page: {second[0]} requests, {second[1]} bytes")
    site.expect(first[0] <= 6 and first[1] <= 60_000, f"the first visit costs {first}")
    site.expect(second[0] <= 2 and second[1] <= 20_000, f"the next page costs {second}")
    fresh.context.close()
    page.context.close()


def errors(site, browser):
    """What is wrong is read first, leads to its field, and says the same there."""
    page = site.context(browser).new_page()
    site.sign_in(page)
    page.goto(site.url + "/admin/people/new")
    page.fill("#first_name", "Ana")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.fill("#email", "no email")
    page.click("main form button")
    page.wait_for_selector("#errors")
    site.expect(page.evaluate("document.activeElement.id") == "errors", "the focus is not on what is wrong")
    site.expect(page.title().startswith("Error:"), f"the title is {page.title()!r}")
    summary = page.inner_text("#errors a").strip()
    field = page.inner_text("#email-error").replace("Error:", "").strip()
    site.expect(summary == field, f"{summary!r} above and {field!r} at the field")
    page.click("#errors a")
    site.expect(page.evaluate("document.activeElement.id") == "email", "the link does not lead to the field")
    page.context.close()


def keys(site, browser):
    """Single keys do what the list says, and can be turned off."""
    page = site.context(browser).new_page()
    site.sign_in(page)
    page.goto(site.url + "/admin/people")
    page.keyboard.press("/")
    site.expect(page.evaluate("document.activeElement.id") == "q", "/ does not lead to the search")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    row = "document.activeElement.closest('tr')?.rowIndex"
    site.expect(page.evaluate(row) == 2, "j does not go from row to row")
    page.keyboard.press("x")
    checked = page.evaluate("document.querySelectorAll('#bulk input[name=id]:checked').length")
    site.expect(checked == 1, "x does not select the row")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/admin/sync")
    page.goto(site.url + "/me")
    page.uncheck("#keys")
    page.click('form[action="/me"] button')
    page.goto(site.url + "/admin/people")
    page.keyboard.press("/")
    site.expect(page.evaluate("document.activeElement.id") != "q", "keys cannot be turned off")
    page.goto(site.url + "/me")
    page.check("#keys")
    page.click('form[action="/me"] button')
    page.context.close()


def list_while_typing(site, browser):
    """The list follows what is typed, says how many there are, and Back and a copied address show the same."""
    page = site.context(browser).new_page()
    site.listen(page)
    site.sign_in(page)
    page.goto(site.url + "/admin/people")
    page.fill("#q", "nobody-is-called-so")
    until(page, "document.querySelector('#count').textContent.startsWith('0')")
    site.expect("q=nobody" in page.url, "the address does not follow")
    site.expect(page.inner_text("#says").startswith("0"), "nothing says how many there are")
    shown = page.inner_text("#count")
    page.goto(page.url)
    site.expect(page.inner_text("#count") == shown, "the address shows something else")
    # A range with Shift, and everybody on every page.
    page.goto(site.url + "/admin/people")
    boxes = page.locator('#bulk input[name="id"]')
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    chosen = page.evaluate("document.querySelectorAll('#bulk input[name=id]:checked').length")
    site.expect(chosen == 4, f"Shift selects {chosen} rows")
    page.check("#across")
    site.expect(boxes.nth(0).is_disabled(), "single rows can be chosen beside everybody")
    page.context.close()


SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-block-end: 2em !important }"""


def for_different_eyes(site, browser):
    """Wider spacing clips nothing, and whoever wants no motion gets none."""
    page = site.context(browser, 320, 800, bypass_csp=True, reduced_motion="reduce").new_page()
    site.sign_in(page)
    for address in MOST_USED + ["/admin/settings/hris/connect/hibob"]:
        page.goto(site.url + address)
        page.add_style_tag(content=SPACING)
        wide = page.evaluate("document.documentElement.scrollWidth")
        site.expect(wide <= 320, f"{address} is {wide} wide with wider spacing")
        clipped = page.evaluate("""[...document.querySelectorAll('button, .button, .tag, h1, h2')]
            .filter((part) => part.offsetParent && part.scrollWidth > part.clientWidth + 2).map((part) => part.textContent)""")
        site.expect(not clipped, f"{address}: clipped with wider spacing: {clipped[:2]}")
        motion = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
        site.expect(motion == "auto", f"{address} moves for whoever wants no motion")
    page.context.close()


def said_once(site, browser):
    """A page that changes by itself says a few words and not every tick."""
    page = site.context(browser).new_page()
    page.add_init_script("""
        addEventListener('DOMContentLoaded', () => {
            const says = document.querySelector('#says');
            new MutationObserver(() => {
                const said = JSON.parse(sessionStorage.getItem('said') ?? '[]');
                sessionStorage.setItem('said', JSON.stringify([...said, says.textContent]));
            }).observe(says, { childList: true, characterData: true, subtree: true });
        });
    """)
    site.sign_in(page)
    page.goto(site.url + "/admin/sync")
    page.click('button[value="preview"]')
    page.wait_for_url("**/admin/sync/*")
    for _ in range(100):
        if "Preview ready" in page.inner_text("h1"):
            break
        page.wait_for_timeout(200)
    said = page.evaluate("JSON.parse(sessionStorage.getItem('said') ?? '[]')")
    site.expect(len(said) <= 5, f"said {len(said)} times: {said}")
    page.context.close()


def back_and_again(site, browser):
    """Back, loading again and a copied address show the same list."""
    page = site.context(browser).new_page()
    site.sign_in(page)
    page.goto(site.url + "/admin/people?status=active&sort=email")
    first = page.inner_text("tbody")
    page.click('a[rel="next"]')
    second = page.inner_text("tbody")
    site.expect(first != second, "the next page is the same")
    page.reload()
    site.expect(page.inner_text("tbody") == second, "loading again shows another list")
    page.go_back()
    site.expect(page.inner_text("tbody") == first, "Back shows another list")
    page.context.close()
    page = site.context(browser, java_script_enabled=False).new_page()
    site.sign_in(page)
    for address in FIXED:
        page.goto(site.url + address)
        idle = page.locator('button[type="button"]:visible').count()
        site.expect(idle == 0, f"{address} has a button that does nothing without script")
    page.context.close()


def pictures(site, browser, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in [(1280, 900), (320, 800)]:
        for scheme in ("light", "dark"):
            page = site.context(browser, width, height, scheme).new_page()
            site.sign_in(page)
            every, named = addresses(site, page)
            for number, address in enumerate(every):
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

    def work(browser):
        if folder:
            return pictures(site, browser, Path(folder[0]))
        parts = (
            look, in_german, without_script, rows_are_high_enough, weight, errors, keys, list_while_typing,
            for_different_eyes, said_once, back_and_again,
        )
        for part in parts:
            part(site, browser)

    in_chromium(work)
    if site.problems:
        sys.exit(f"{len(site.problems)} things are wrong with the pages")


main()
