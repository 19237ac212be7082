"""Photograph the lineage of a flow, as `kedro viz run` shows it.

Run from the repository root: `python scripts/picture.py [FILE [PIPELINE [WIDTH]]]`; the file is
docs/images/sample-lineage.png by default, the pipeline `sample`, the width of the window in pixels
1300. It needs Chromium and its driver on PATH (on Debian: apt-get install chromium
chromium-driver). Everything stays on this machine.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import WebDriverWait

PICTURE = Path("docs/images/sample-lineage.png")
PIPELINE = "sample"
SIZE = (1300, 1400)  # window in pixels
PATIENCE = 60  # seconds
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", f"--window-size={SIZE[0]},{SIZE[1]}",
)  # fmt: skip
# The tour is closed, the map of the graph too, and the colours become light.
PRESSED = (".feature-hints__close", ".pipeline-minimap-button--map", ".pipeline-menu-button--theme")
HIDE_MESSAGES = """
const messages = ".update-reminder-unexpanded, .feedback-button, .feature-hints, [class*=snackbar]";
for (const message of document.querySelectorAll(messages)) message.style.display = "none";
"""


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on, as Kedro-Viz wants it."""
    for port in random.sample(range(20_000, 49_152), 100):  # others look for one at this moment
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("None of 100 ports from 20000 to 49151 is free")


@contextmanager
def server(pipeline: str = PIPELINE) -> Iterator[str]:
    """Serve the lineage of a pipeline; yield its address.

    Raises:
        RuntimeError: It has not come up in time; the message is what it has printed.
    """
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = [
        str(Path(sys.executable).with_name("kedro")), "viz", "run", "--no-browser", "--lite",
        "--host", "127.0.0.1", "--port", str(port), "--pipeline", pipeline,
    ]  # fmt: skip
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, "DO_NOT_TRACK": "true"},
        )  # fmt: skip
        try:
            if not _answers(address, process):
                log.seek(0)
                raise RuntimeError(f"`kedro viz run` does not answer:\n{log.read()}")
            yield address
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)  # the server is a child of the command
            process.wait()


def _answers(address: str, process: subprocess.Popen[bytes]) -> bool:
    last = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < last:
        with suppress(OSError), urllib.request.urlopen(f"{address}/api/main", timeout=5):
            return True
        time.sleep(0.3)
    return False


@contextmanager
def browser() -> Iterator[webdriver.Chrome]:
    """Open a browser without a window, with a profile of its own.

    Raises:
        RuntimeError: There is no Chromium, or no driver for it.
    """
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        raise RuntimeError(
            "Chromium or its driver was not found. On Debian: "
            "apt-get install chromium chromium-driver"
        )
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in FLAGS:
        options.add_argument(flag)
    with tempfile.TemporaryDirectory() as profile:
        options.add_argument(f"--user-data-dir={profile}")
        chrome = webdriver.Chrome(options=options, service=Service(driver))
        try:
            yield chrome
        finally:
            chrome.quit()


def photograph(picture: Path, pipeline: str = PIPELINE, width: int = SIZE[0]) -> None:
    """Write the picture: the graph with its layers, the tags, nothing that asks for attention."""
    with server(pipeline) as address, browser() as chrome:
        chrome.set_window_size(width, SIZE[1])
        chrome.get(address)
        for button in PRESSED:
            chrome.execute_script("arguments[0].click()", _when_there(chrome, button))
        _when_there(chrome, ".pipeline-node")
        time.sleep(2)  # the graph moves to its place
        chrome.execute_script(HIDE_MESSAGES)
        picture.parent.mkdir(parents=True, exist_ok=True)
        chrome.save_screenshot(str(picture))


def _when_there(chrome: webdriver.Chrome, selector: str) -> WebElement:
    there = expected.visibility_of_element_located((By.CSS_SELECTOR, selector))
    return WebDriverWait(chrome, PATIENCE).until(there)


if __name__ == "__main__":
    defaults = [str(PICTURE), PIPELINE, str(SIZE[0])]
    file, name, pixels = [*sys.argv[1:], *defaults[len(sys.argv) - 1 :]]
    photograph(Path(file), name, int(pixels))
