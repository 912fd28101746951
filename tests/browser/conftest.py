import json
import shutil
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from corpus_builder.showing import show_page

CASES = Path(__file__).parents[1] / "cases" / "showing"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1100,900",
)


# Until the page has counted its articles, and drawn them all where that is wanted.
WAIT = """
const [drawn, done] = arguments;
const ready = () =>
  document.getElementById('counts')?.textContent &&
  (!drawn || !document.querySelector('.text:empty'));
const look = () => (ready() ? done() : setTimeout(look, 20));
look();
"""


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    options = Options()
    options.binary_location = shutil.which("chromium")
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    )
    driver.get("about:blank")
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def cases():
    """Records by the name of their file."""
    return {
        path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        for path in CASES.glob("*.jsonl")
    }


@pytest.fixture
def opened(browser, tmp_path):
    """A function that shows records in the browser and waits until the page has drawn itself."""

    def open_page(shown, title="بيان <b>الصفحة</b>", drawn=True):
        for log in ("browser", "performance"):
            browser.get_log(log)
        path = tmp_path / "page.html"
        path.write_text(show_page(shown, title=title), encoding="utf-8")
        browser.get(path.as_uri())
        browser.execute_async_script(WAIT, drawn)
        return browser

    return open_page
