"""What a phone needs to keep Buurtbord as an app: the manifest, the service worker, whose pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO

from flask import Flask
from PIL import Image

from models import Device, Person
from tests.browser_of import Browser
from tests.cast import Cast

Browsers = Callable[[Person | None], Browser]


def mark(browser: Browser, address: str) -> list[str]:
    return browser.get(address).headers["X-Buurtbord"].split()


def test_the_manifest_makes_an_app_that_opens_at_today(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    said = json.loads(answer.text)
    assert (said["start_url"], said["scope"], said["display"]) == ("/vandaag", "/", "standalone")
    assert said["lang"] == "nl"
    assert [each["url"] for each in said["shortcuts"]] == ["/tellen"]
    for icon in said["icons"]:
        picture = Image.open(BytesIO(client.get(icon["src"]).data))
        assert "x".join(map(str, picture.size)) == icon["sizes"]
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    again = client.get("/manifest.webmanifest", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_service_worker_stands_before_all_pages_and_is_asked_for_each_time(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "@version" not in answer.text
    files = re.search(r"FILES=(\[.*?\]);", answer.text)
    assert files is not None
    for address in json.loads(files[1]):
        kept = client.get(address)
        assert kept.status_code == 200
        assert "immutable" in kept.headers["Cache-Control"]


def test_each_answer_says_of_which_log_in_it_is(browser_of: Browsers, cast: Cast) -> None:
    one, two = browser_of(cast.volunteer), browser_of(cast.coordinator)
    devices = {device.person_id: str(device.id) for device in Device.select()}
    for address in ("/vandaag", "/tellen", "/zonder-internet", "/", "/h/wolfsbos/"):
        assert mark(one, address)[1] == devices[cast.volunteer.id]
        assert mark(two, address)[1] == devices[cast.coordinator.id]
    nobody = browser_of(None)
    for address in ("/", "/inloggen", "/zonder-internet", "/h/wolfsbos/"):
        assert mark(nobody, address)[1] == "-"
    assert len({mark(each, "/")[0] for each in (one, two, nobody)}) == 1
    one.post("/uitloggen")
    assert mark(one, "/inloggen")[1] == "-"


def test_what_is_the_same_for_all_is_of_no_log_in(browser_of: Browsers, cast: Cast) -> None:
    assert "X-Buurtbord" not in browser_of(cast.volunteer).get("/static/app.css").headers


def test_the_page_for_no_internet_leads_to_the_counter_who_may_count(
    browser_of: Browsers, cast: Cast
) -> None:
    assert 'href="/tellen"' in browser_of(cast.volunteer).get("/zonder-internet").text
    for other in (cast.viewer, None):
        assert 'href="/tellen"' not in browser_of(other).get("/zonder-internet").text
