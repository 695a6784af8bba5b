"""Headers: every answer forbids what others might do with it; static files are kept for ever."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask

import models
from app import create_app
from models import TokenKind
from rules import access
from tests.browser_of import Browser
from tests.cast import Cast
from tests.conftest import NOW


def test_every_kind_of_answer_is_strict(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    for address in ("/inloggen", "/mensen", "/niets", "/gezond", "/static/app.css"):
        headers = browser.get(address).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self';"), address
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_the_cookie_is_for_us_alone(app: Flask, cast: Cast) -> None:
    browser = Browser(app, None)
    link = f"/k/{access.make_login_token(cast.coordinator, TokenKind.invite, NOW)}"
    browser.post(link, from_page=link)
    cookie = browser.client.get_cookie("buurtbord")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_who_has_an_address_answers_to_no_other_name(app: Flask) -> None:
    given = {key: app.config[key] for key in ("DATABASE_URL", "INSTANCE", "SECRET_KEY")}
    known = create_app({**given, "BASE_URL": "https://buurtbord.example"})
    client = known.test_client()
    assert client.get("/inloggen", headers={"Host": "evil.example"}).status_code == 400
    ours = client.get("/inloggen", headers={"Host": "buurtbord.example"})
    assert ours.status_code == 200
    assert "Secure;" in ours.headers["Set-Cookie"]
    more = create_app({**given, "BASE_URL": "https://buurtbord.example", "TRUSTED_HOSTS": [".nl"]})
    assert more.test_client().get("/gezond", headers={"Host": "bord.nl"}).status_code == 200
    for made in (known, more):
        made.extensions["database"].close_all()
    models.db.initialize(app.extensions["database"])


def test_a_page_says_that_its_parts_differ(app: Flask, cast: Cast) -> None:
    assert "HX-Request-Type" in Browser(app, cast.coordinator).get("/mensen").headers["Vary"]


def test_a_static_file_has_its_content_in_its_name_and_is_kept_for_ever(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/inloggen").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == client.get("/static/app.css").data
    again = client.get(
        address, headers={"If-None-Match": answer.headers["ETag"], "Accept-Encoding": "gzip"}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(("path", "status"), [("app.css", 200), ("niets.css", 404)])
def test_static_files_need_no_database_also_for_who_is_logged_in(
    app: Flask, cast: Cast, path: str, status: int
) -> None:
    browser = Browser(app, cast.volunteer)
    # As in a thread that serves nothing else: no request before it has left a connection.
    app.extensions["database"].close()
    assert browser.get(f"/static/{path}").status_code == status


def test_an_old_name_of_a_static_file_is_not_kept(app: Flask) -> None:
    answer = app.test_client().get("/static/app.css?v=old")
    assert "immutable" not in answer.headers["Cache-Control"]


def test_nothing_outside_the_static_folder_is_served(app: Flask) -> None:
    for path in ("../app.py", "%2e%2e/app.py", "..%2fmodels.py", "", "vendor", "/etc/passwd"):
        answer = app.test_client().get(f"/static/{path}", follow_redirects=True)
        assert answer.status_code == 404, path


@pytest.mark.parametrize(
    "name",
    ["x/../app.css", "./app.css", "app.css/x", "app.css%00", "9" * 300],
    ids=lambda n: n[:12],
)
def test_a_static_file_has_one_name_and_whatever_is_no_name_is_unknown(
    app: Flask, name: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get(f"/static/{name}")
    assert answer.status_code == 404
