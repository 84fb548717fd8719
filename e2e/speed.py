"""How quick the pages feel in a browser, and what open progress pages cost. It prints; it judges nothing.

speed.py URL EMAIL PASSWORD PID
"""

import http.client
import sys
import threading
import time
import urllib.parse
from pathlib import Path

from site_of import Site, in_chromium

STREAMS = 200
# A phone on a weak network: 1.6 Mbit/s, 150 ms, and a processor a quarter as fast.
WEAK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 95_000}
OBSERVE = """
window.seen = { lcp: 0, cls: 0, longest: 0 };
new PerformanceObserver((list) => list.getEntries().forEach((entry) => (seen.lcp = entry.startTime)))
  .observe({ type: 'largest-contentful-paint', buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((entry) => (seen.cls += entry.value)))
  .observe({ type: 'layout-shift', buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((entry) => (seen.longest = Math.max(seen.longest, entry.duration))))
  .observe({ type: 'longtask', buffered: true });
"""


def search(site, browser):
    page = site.context(browser).new_page()
    site.sign_in(page)
    page.goto(site.url + "/admin/people")
    times = []
    for words in ("mar", "silva", "anke", "zz", "costa"):
        before = page.inner_text("#count")
        page.fill("#q", "")
        page.wait_for_timeout(1500)
        before = page.inner_text("#count")
        began = time.monotonic()
        page.fill("#q", words)
        while page.inner_text("#count") == before and time.monotonic() - began < 5:
            page.wait_for_timeout(5)
        times.append((time.monotonic() - began) * 1000)
    print(f"search: the answer is seen after {', '.join(f'{took:.0f}' for took in times)} ms, 250 of them waiting for more letters")
    page.context.close()


def weak_network(site, browser):
    page = site.context(browser).new_page()
    site.sign_in(page)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", WEAK)
    network.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(OBSERVE)
    for address in ("/admin", "/admin/people", "/admin/sync", "/admin/settings/hris"):
        page.goto(site.url + address, wait_until="load")
        page.wait_for_timeout(1500)
        seen = page.evaluate("seen")
        print(f"weak network {address}: largest paint {seen['lcp']:.0f} ms, shifts {seen['cls']:.3f}, longest task {seen['longest']:.0f} ms")
    page.context.close()


def preview(site, browser):
    """From the press to the preview that is ready, everybody read from the simulator of HiBob."""
    page = site.context(browser).new_page()
    site.sign_in(page)
    took = []
    for _ in range(3):
        page.goto(site.url + "/admin/sync")
        began = time.monotonic()
        page.click('button[value="preview"]')
        while "Preview ready" not in page.title():
            page.wait_for_timeout(20)
        took.append(time.monotonic() - began)
    print(f"preview of everybody: ready after {', '.join(f'{seconds:.1f}' for seconds in took)} s")
    page.context.close()


def used(pid):
    """Processor seconds and memory of a process."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    memory = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return (int(parts[11]) + int(parts[12])) / 100, int(memory.split()[1]) / 1000


def streams(site, browser, pid):
    """Many progress pages of a bulk action for everybody, open at once."""
    page = site.context(browser).new_page()
    site.sign_in(page)
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == "rollcall")
    host = urllib.parse.urlsplit(site.url).netloc
    # Everybody gets a budget: that goes on for some seconds, and each chunk is seen.
    page.goto(site.url + "/admin/people?status=active&budget=none")
    page.check("#across")
    page.click('button[value="budgets"]')
    page.fill("#amount", "500")
    page.click("main form button")
    page.wait_for_url("**/check?**")
    page.click('form[action$="/start"] button')
    page.wait_for_url("**/admin/jobs/*")
    address = urllib.parse.urlsplit(page.url).path + "/events"
    processor, memory = used(pid)
    began = time.monotonic()
    counts = []

    def listen():
        connection = http.client.HTTPConnection(host, timeout=120)
        connection.request("GET", address, headers={"cookie": f"rollcall={cookie['value']}"})
        counts.append(connection.getresponse().read().count(b"event: html"))

    listeners = [threading.Thread(target=listen) for _ in range(STREAMS)]
    for listener in listeners:
        listener.start()
    peak = memory
    while any(listener.is_alive() for listener in listeners):
        peak = max(peak, used(pid)[1])
        time.sleep(0.1)
    took = time.monotonic() - began
    after, _ = used(pid)
    print(
        f"{STREAMS} open progress pages during a bulk of budgets: {took:.1f} s, {after - processor:.1f} s of processor with the bulk, "
        f"{peak - memory:.0f} MB more at most, {min(counts)} to {max(counts)} updates each"
    )
    page.context.close()


def main():
    url, email, password, pid = sys.argv[1:]
    site = Site(url, email, password)

    def work(browser):
        search(site, browser)
        weak_network(site, browser)
        preview(site, browser)
        streams(site, browser, int(pid))

    in_chromium(work)


main()
