"""The page on which a coordinator makes the poster of a month their own."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from models import HousePartner, Partner, PosterEdit, PosterPhoto
from rules import pictures
from tests.browser_of import Browser
from tests.cast import Cast, make_activity, make_occurrence
from tests.counting_queries import counted
from views import poster_edit

EDIT = "/drukwerk/poster/bewerken?maand=2026-12"
LOGOS = "/drukwerk/poster/logos"
SVG = (
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 3'><rect width='9' height='3'/></svg>"
)


@pytest.fixture
def desk(app: Flask, cast: Cast) -> Browser:
    """The coordinator, with something on in December."""
    bingo = make_activity(cast.wolfsbos, "Bingo")
    make_occurrence(bingo, dt.date(2026, 12, 10))
    return Browser(app, cast.coordinator)


def jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def form(**told: object) -> dict[str, object]:
    usual = {"seen": "0", "highlight": "usual", "blocks": "weekly-listed-band"}
    return {**usual, **told}


def file(data: bytes, name: str = "foto.jpg") -> tuple[BytesIO, str]:
    return BytesIO(data), name


def test_what_is_typed_is_kept_and_shown_again(desk: Browser) -> None:
    sent = desk.post(
        EDIT,
        form(
            greeting="  Fijne   feestdagen! \r\nTot ziens.\r\n",
            photo=file(jpeg()),
            photo_words="Een boom",
        ),
    )
    assert sent.status_code == 303
    assert PosterEdit.get().greeting == "Fijne feestdagen!\nTot ziens."
    shown = desk.get(EDIT)
    for said in ("Fijne feestdagen!\nTot ziens.", 'value="Een boom"', 'name="seen"', "foto.jpg"):
        assert said in shown.text
    photo = desk.get("/drukwerk/poster/foto.jpg?maand=2026-12")
    assert (photo.status_code, photo.mimetype) == (200, "image/jpeg")
    assert photo.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert desk.get("/drukwerk/poster/foto.jpg?maand=2026-11").status_code == 404


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"greeting": "a\nb\nc\nd"}, "Schrijf hoogstens drie regels."),
        ({"greeting": "x" * 201}, "Gebruik hoogstens 200 tekens."),
        ({"greeting": "Kerst \U0001f384"}, "Dit kunnen we niet drukken"),
        ({"greeting": "a\x00b"}, "Hier staat een teken dat we niet kunnen bewaren."),
        ({"photo": file(b"%PDF-1.7", "foto.jpg")}, "Dit kunnen we niet lezen."),
        ({"photo": file(jpeg())}, "Schrijf wat er op de foto te zien is."),
        ({"highlight": "9999999999"}, "Kies iets uit de lijst."),
        ({"highlight": "one"}, "Kies iets uit de lijst."),
        ({"blocks": "upside-down"}, "Kies iets uit de lijst."),
        ({"left_out": str(2**70)}, "Kies iets uit de lijst."),
        ({"left_out": "x"}, "Kies iets uit de lijst."),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(
    desk: Browser, told: dict[str, object], sentence: str
) -> None:
    usual = {} if "photo" in told and told["photo"][1] == "foto.jpg" else {"photo_words": "Boom"}
    answer = desk.post(EDIT, form(greeting="Hallo", **usual) | told)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "greeting" in told or "Hallo</textarea>" in answer.text
    assert PosterEdit.select().count() == 0


def test_a_file_that_is_too_large_is_named_at_the_field(
    desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    answer = desk.post(EDIT, form(greeting="Hallo", photo=file(bytes(101)), photo_words="Boom"))
    assert answer.status_code == 422
    assert "Dit bestand is te groot." in answer.text
    assert "Hallo</textarea>" in answer.text


def post_whole(desk: Browser, address: str, fields: dict[str, object]) -> TestResponse:
    """POST from memory: the test client would leave a large file open."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.get("/account").text)
    assert token is not None
    told = {
        name: FileStorage(*each) if isinstance(each, tuple) else each
        for name, each in fields.items()
    }
    boundary, body = encode_multipart({"csrf_token": token[1], **told})
    return desk.client.post(
        address, data=body, content_type=f'multipart/form-data; boundary="{boundary}"'
    )


def test_a_photo_of_many_megabytes_loses_nothing_of_the_form(desk: Browser) -> None:
    answer = post_whole(
        desk,
        EDIT,
        form(
            greeting="Hallo\nallemaal",
            photo=file(bytes(30 * 1024**2)),
            photo_words="Een boom",
            blocks="listed-weekly-band",
            highlight="none",
        ),
    )
    assert answer.status_code == 422
    assert "Dit bestand is te groot. Het mag 10 MB zijn." in answer.text
    assert "Hallo\nallemaal</textarea>" in answer.text
    assert 'value="Een boom"' in answer.text
    assert '<option selected value="listed-weekly-band">' in answer.text
    assert '<option selected value="none">' in answer.text
    assert PosterEdit.select().count() == 0


def test_a_logo_of_many_megabytes_is_told_at_its_field(desk: Browser, cast: Cast) -> None:
    partner = Partner.create(name="Cosis")
    HousePartner.create(house=cast.wolfsbos, partner=partner)
    logo = file(bytes(5 * 1024**2), "logo.png")
    answer = post_whole(desk, f"{LOGOS}/{partner.id}", {"logo": logo})
    assert answer.status_code == 422
    assert "Dit bestand is te groot. Het mag 2 MB zijn." in answer.text


def test_far_too_much_is_refused_before_it_is_read(
    desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert poster_edit.MOST_SENT > pictures.MOST_BYTES
    desk.get(EDIT)
    monkeypatch.setattr(poster_edit, "MOST_SENT", 1000)
    answer = desk.post(EDIT, form(photo=file(bytes(2000))))
    assert answer.status_code == 413
    assert "te groot" in answer.text


class Untouched(BytesIO):
    """What a stranger sends, of which nothing may be read."""

    def read(self, *_size: object) -> bytes:
        raise AssertionError("read")

    readline = readinto = read  # type: ignore[assignment]


@pytest.mark.parametrize("who", [None, "volunteer", "other_coordinator"])
def test_nothing_is_read_of_what_somebody_sends_who_may_not(
    app: Flask, desk: Browser, cast: Cast, who: str | None
) -> None:
    partner = Partner.create(name="Cosis")
    HousePartner.create(house=cast.wolfsbos, partner=partner)
    browser = Browser(app, getattr(cast, who) if who else None)
    for address in (EDIT, f"{LOGOS}/{partner.id}"):
        answer = browser.client.post(
            f"{address}{'&' if '?' in address else '?'}huis=wolfsbos",
            input_stream=Untouched(),
            content_length=39 * 1024**2,
            content_type="multipart/form-data; boundary=x",
        )
        expected = {None: 303, "volunteer": 403, "other_coordinator": 404}[who]
        assert answer.status_code == expected, address


def test_of_the_other_forms_no_more_is_read_than_anywhere(desk: Browser) -> None:
    desk.get(EDIT)
    for address in ("/drukwerk/poster/overnemen?maand=2027-01", "/drukwerk/poster/logos/1/weg"):
        answer = post_whole(desk, address, {"x": file(bytes(1024**2))})
        assert answer.status_code == 413


@pytest.mark.parametrize("address", [EDIT, f"{LOGOS}/1"])
def test_a_form_of_another_site_is_refused(
    app: Flask, desk: Browser, cast: Cast, address: str
) -> None:
    partner = Partner.create(name="Cosis", id=1)
    HousePartner.create(house=cast.wolfsbos, partner=partner)
    for sent in (form(greeting="Van elders"), form(csrf_token="x")):
        answer = desk.client.post(address, data=sent)
        assert answer.status_code == 400
        assert "Deze pagina was verouderd." in answer.text
    assert PosterEdit.select().count() == 0


def test_who_was_second_reads_so_and_may_save_once_more(desk: Browser) -> None:
    desk.post(EDIT, form(greeting="Eerst"))
    second = desk.post(EDIT, form(greeting="Later"))
    assert second.status_code == 409
    assert "Iemand heeft dit intussen ook gewijzigd." in second.text
    assert "Later</textarea>" in second.text
    assert 'name="seen" type="hidden" value="1"' in second.text
    assert desk.post(EDIT, form(greeting="Later", seen="1")).status_code == 303
    assert PosterEdit.get().greeting == "Later"
    for nonsense in ("x", "", "-1", "²", "9" * 40):
        assert desk.post(EDIT, form(seen=nonsense)).status_code == 409


def test_the_next_month_offers_what_was_made_of_this_one(desk: Browser) -> None:
    january = "/drukwerk/poster/bewerken?maand=2027-01"
    assert "Neem over" not in desk.get(january).text
    desk.post(EDIT, form(greeting="Hallo", photo=file(jpeg()), photo_words="Boom"))
    assert "Neem over van december 2026" in desk.get(january).text
    assert desk.post("/drukwerk/poster/overnemen?maand=2027-01").status_code == 303
    assert "Hallo</textarea>" in desk.get(january).text
    assert "Neem over" not in desk.get(january).text
    assert PosterPhoto.select().count() == 2
    again = desk.post("/drukwerk/poster/overnemen?maand=2027-01")
    assert again.status_code == 409
    assert "Voor deze maand is er al iets gemaakt." in again.text


def test_the_poster_says_what_was_typed(desk: Browser, cast: Cast) -> None:
    poster = "/drukwerk/poster.pdf?maand=2026-12"
    before = desk.get(poster).headers["ETag"]
    desk.post(EDIT, form())
    assert desk.get(poster).headers["ETag"] == before, "nothing on the page changed"
    desk.post(EDIT, form(seen="1", greeting="Hallo"))
    assert desk.get(poster).headers["ETag"] != before


def test_a_logo_is_cleaned_shown_and_taken_away(desk: Browser, cast: Cast) -> None:
    partner = Partner.create(name="Cosis")
    HousePartner.create(house=cast.wolfsbos, partner=partner)
    address = f"{LOGOS}/{partner.id}"
    assert desk.get(address).status_code == 404
    for wrong, sentence in (
        ({}, "Kies een bestand."),
        ({"logo": file(jpeg(), "logo.png")}, "Dit kunnen we niet lezen."),
        ({"logo": file(SVG.replace(b"rect", b"text"), "l.svg")}, "meer dan lijnen en vlakken"),
    ):
        answer = desk.post(address, dict(wrong))
        assert answer.status_code == 422
        assert sentence in answer.text
    assert desk.post(address, {"logo": file(SVG, "logo.svg")}).status_code == 303
    shown = desk.get(address)
    assert shown.mimetype == "image/svg+xml"
    assert shown.headers["Content-Security-Policy"].endswith("sandbox")
    assert "Haal het logo van Cosis weg" in desk.get(LOGOS).text
    assert desk.post(f"{address}/weg").status_code == 303
    assert desk.get(address).status_code == 404


def test_another_house_s_partner_is_not_found(desk: Browser, cast: Cast) -> None:
    partner = Partner.create(name="Cosis", logo=SVG)
    HousePartner.create(house=cast.knooppunt, partner=partner)
    assert desk.get(f"{LOGOS}/{partner.id}").status_code == 404
    assert desk.post(f"{LOGOS}/{partner.id}", {"logo": file(SVG)}).status_code == 404
    assert desk.post(f"{LOGOS}/{partner.id}/weg").status_code == 404
    assert Partner.get().logo is not None


@pytest.mark.parametrize("month", ["x", "2026-13", "0001-01"])
def test_a_month_that_is_none_is_answered_with_a_sentence(desk: Browser, month: str) -> None:
    answer = desk.get(f"/drukwerk/poster/bewerken?maand={month}")
    assert answer.status_code == 400
    assert "Deze maand kennen we niet." in answer.text


def test_the_page_takes_as_many_queries_however_many_activities_there_are(
    desk: Browser, cast: Cast
) -> None:
    desk.post(EDIT, form(greeting="Hallo"))
    desk.get(EDIT)
    with counted() as few:
        desk.get(EDIT)
    for n in range(12):
        make_occurrence(make_activity(cast.wolfsbos, f"Iets {n}"), dt.date(2026, 12, 3 + n))
    desk.get(EDIT)
    with counted() as many:
        shown = desk.get(EDIT)
    assert shown.text.count('name="left_out"') == 13
    assert len(many) == len(few)
