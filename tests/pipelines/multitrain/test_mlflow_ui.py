"""`kedro mlflow ui` shows the runs and the models to a person with a browser."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pipelines.multitrain.projects import KEDRO, Run, environment

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (BROWSER and DRIVER),
    reason="needs chromium and chromedriver: apt-get install chromium chromium-driver",
)

EXPANDER = "button[data-component-id$='runnamecellrenderer.tsx_46']"
ASSISTANT = "mlflow.assistant.fab.autoOpenedOnFirstLoad_v1"  # it opens at the first visit


@pytest.fixture(scope="module")
def address(tracked: Run) -> Iterator[str]:
    """The interface of the tracked run, started as a user does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Not on the PATH: the command must find `mlflow` beside our Python.
    process = subprocess.Popen(
        [KEDRO, "mlflow", "ui", "--port", str(port)],
        cwd=tracked.project,
        env=environment(PATH=os.defpath),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        assert _waited(lambda: _answers(url), seconds=150)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Any]:
    """A browser without a window."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for argument in ("headless=new", "no-sandbox", "disable-dev-shm-usage", "window-size=1600,900"):
        options.add_argument(f"--{argument}")
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    driver.get(f"{address}/#/")
    driver.execute_script(f"localStorage.setItem('{ASSISTANT}', 'true')")
    yield driver
    driver.quit()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _waited(holds: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.2)
    return False


def _shows(browser: Any, *words: str) -> bool:
    def all_are_there() -> bool:
        text = browser.execute_script("return document.body.innerText")
        return all(word in text for word in words)

    return _waited(all_are_there, seconds=60)


@pytest.mark.long
def test_the_runs_are_shown_as_a_tree(browser: Any, address: str, tmp_path: Path) -> None:
    browser.get(f"{address}/#/experiments/1/runs")

    assert _shows(browser, "e06-flows", "multitrain")
    browser.find_element("css selector", EXPANDER).click()
    assert _shows(browser, "logistic regression", "random forest", "XGBoost", "H2O AutoML")
    assert _waited(lambda: len(browser.find_elements("css selector", EXPANDER)) == 5)
    browser.find_elements("css selector", EXPANDER)[-1].click()
    assert _shows(browser, "C=0.01", "C=10.0")
    assert browser.save_screenshot(str(tmp_path / "runs.png"))


def test_the_registered_models_are_shown_with_their_alias(
    browser: Any, address: str, tmp_path: Path
) -> None:
    browser.get(f"{address}/#/models")

    names = ("logistic-regression", "h2o-automl", "random-forest", "xgboost")
    assert _shows(browser, *(f"e06-{name}" for name in names), "candidate")
    assert browser.save_screenshot(str(tmp_path / "models.png"))
