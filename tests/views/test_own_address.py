"""Where the papers of a stranger say that the house is, whatever their request says."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from models import Person, Rendering
from tests.browser_of import Browser
from tests.cast import Cast, count_rows
from views.own_address import MOST, OwnAddresses

POSTER = "/h/wolfsbos/poster.pdf?maand=2026-12"
HOUSE = "https://huis.example"


def tag(browser: Browser, base: str, address: str = POSTER) -> str:
    """The paper that an address gives by another name of the machine."""
    answer = browser.client.get(address, base_url=base, headers={"If-None-Match": '"x"'})
    assert answer.status_code == 200
    return answer.headers["ETag"]


def logged_in_at(app: Flask, person: Person, base: str) -> Browser:
    """A browser that is logged in where the machine goes by this name."""
    browser = Browser(app, person)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = browser.client.get_cookie(name)
    assert cookie is not None
    browser.client.set_cookie(name, cookie.value, domain=urlsplit(base).hostname or "")
    assert browser.client.get("/vandaag", base_url=base).status_code == 200
    return browser


def test_whatever_host_a_stranger_writes_it_is_one_paper(app: Flask, cast: Cast) -> None:
    logged_in_at(app, cast.volunteer, HOUSE)
    tag(Browser(app, None), HOUSE)
    assert count_rows(Rendering) == 1
    stranger = Browser(app, None)
    tags = {tag(stranger, f"http://elders-{n}.example") for n in range(3)} | {tag(stranger, HOUSE)}
    assert len(tags) == 1
    assert count_rows(Rendering) == 1


def test_by_each_name_that_the_house_uses_strangers_may_come(app: Flask, cast: Cast) -> None:
    for base in (HOUSE, "http://192.168.1.20:8000"):
        logged_in_at(app, cast.volunteer, base)
    stranger = Browser(app, None)
    assert tag(stranger, HOUSE) != tag(stranger, "http://192.168.1.20:8000")
    latest = tag(stranger, "http://192.168.1.20:8000")
    assert tag(stranger, "http://elders.example") == latest
    assert count_rows(Rendering) == 2


def test_before_anybody_logged_in_there_is_only_what_the_request_says(
    app: Flask, cast: Cast
) -> None:
    stranger = Browser(app, None)
    assert tag(stranger, HOUSE) != tag(stranger, "http://elders.example")


def test_the_name_of_the_house_goes_before_every_other(app: Flask, cast: Cast) -> None:
    logged_in_at(app, cast.volunteer, "http://elders.example")
    app.config["BASE_URL"] = HOUSE
    assert tag(Browser(app, None), HOUSE) == tag(Browser(app, None), "http://elders.example")


def test_another_process_knows_them_too(tmp_path: Path) -> None:
    file = tmp_path / "addresses"
    first, second = OwnAddresses(file), OwnAddresses(file)
    first.note("https://huis.example/")
    assert second.for_a_stranger("http://elders.example/") == "https://huis.example/"
    second.note("http://192.168.1.20/")
    assert first.for_a_stranger("http://192.168.1.20/") == "http://192.168.1.20/"
    for n in range(MOST + 5):
        first.note(f"http://{n}.example/")
    assert len(file.read_text().splitlines()) == MOST
    assert [each.name for each in tmp_path.iterdir()] == ["addresses"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b""])
def test_without_a_file_that_can_be_read_it_holds_for_this_process(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "addresses"
    file.mkdir() if content is None else file.write_bytes(content)
    known = OwnAddresses(file)
    known.note("https://huis.example/")
    assert known.for_a_stranger("http://elders.example/") == "https://huis.example/"
