"""A running Rollcall in a browser: signing in, listening, and whatever else every look at it needs."""

from playwright.sync_api import sync_playwright

# Chromium asks nobody for anything by itself.
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = "/usr/bin/chromium"


class Site:
    """An address, an admin, and what is wrong so far."""

    def __init__(self, url, email, password, problems=None):
        self.url, self.email, self.password = url, email, password
        self.problems = [] if problems is None else problems

    def wrong(self, words):
        self.problems.append(words)
        print("WRONG", words, flush=True)

    def expect(self, holds, words):
        if not holds:
            self.wrong(words)

    def context(self, browser, width=1280, height=900, scheme="light", **more):
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
                if message.type == "error" and "404" not in message.text and "422" not in message.text else None)
        page.on("pageerror", lambda error: self.wrong(f"script of {page.url}: {error}"))
        page.on("response", lambda response: self.wrong(f"{page.url}: {response.url} answers {response.status}")
                if response.status >= 400 and response.request.resource_type != "document" else None)
        page.on("request", lambda request: None if request.url.startswith(self.url)
                else self.wrong(f"{page.url} asks {request.url}"))


def until(page, holds, tries=100):
    """Waits until an expression holds; the pages' rules let nobody evaluate text on them, which Playwright's own way does."""
    for _ in range(tries):
        if page.evaluate(holds):
            return True
        page.wait_for_timeout(50)
    raise AssertionError(f"{page.url}: never: {holds}")


def in_chromium(work):
    """Does something in a browser that is closed afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            return work(browser)
        finally:
            browser.close()
