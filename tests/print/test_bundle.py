"""The week's bundle: its parts in one file with their tags, and what a part that fails does."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import page as validator
import pikepdf
import pytest
from peewee import Database

from documents.bundle import Part, join
from documents.look import Look
from documents.press import MissingGlyph, Press
from documents.renderings import Bundle, Page, picture, printed
from documents.week_bundle import open_days, week_bundle, week_parts
from models import House, Rendering, TallySheet
from rules.tally_sheets import make_sheets, sheet_as_it_is
from tests.cast import Cast, count_rows, make_activity, make_occurrence, make_shift
from tests.conftest import NOW, TODAY
from tests.print.programme import make_programme
from tests.print.sheets import read_aloud, text_of

BASE = "https://buurtbord.example"
MONDAY = dt.date(2026, 11, 30)


def a_page(words: str, more: str = "", name: str = "proef") -> Page:
    html = f"<html lang='nl'><head><title>{words}</title></head><body><h1>{words}</h1>{more}</body>"
    return Page(name, (html + "</html>",))


LONG = "<h2>Meer</h2><table><tr><th scope='row'>ma</th><td>koffie</td></tr></table>"
LINK = "<p><a href='https://buurtbord.example/'>Kijk hier</a></p>"
TWO = "<p style='break-before: page'>Bladzijde twee</p>"


def parts_of(press: Press, *pages: Page) -> list[Part]:
    return [
        Part(f"Deel {number}", press.render_first(page.candidates).pdf)
        for number, page in enumerate(pages, start=1)
    ]


# -- joining --------------------------------------------------------------------------------------


@pytest.fixture
def three(press: Press) -> list[Part]:
    return parts_of(
        press, a_page("Een", LONG), a_page("Twee", LINK + TWO), a_page("Drie", LINK + LONG)
    )


def test_a_bundle_is_a_valid_pdf_ua_with_a_title_and_a_bookmark_for_each_part(
    three: list[Part],
) -> None:
    made = join("Alles bij elkaar", "nl", three)
    assert made.pages == 4
    report = validator.validate_pdf_bytes(made.pdf, profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]
    with pikepdf.open(BytesIO(made.pdf)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.open_metadata()["dc:title"] == "Alles bij elkaar"
        assert str(pdf.Root.Lang) == "nl"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Deel 1", "Deel 2", "Deel 3"]
            firsts = [item.destination[0].objgen for item in outline.root]
        pages = [each.obj.objgen for each in pdf.pages]
        assert firsts == [pages[0], pages[1], pages[3]]


def test_a_bundle_is_heard_as_its_parts_are_heard_one_after_the_other(three: list[Part]) -> None:
    heard = read_aloud(join("Alles", "nl", three).pdf)
    assert heard == " ".join(read_aloud(part.pdf) for part in three)
    assert heard.index("Een") < heard.index("Bladzijde twee") < heard.index("Drie")


def test_a_bundle_has_one_root_and_its_tags_point_at_its_own_pages(three: list[Part]) -> None:
    with pikepdf.open(BytesIO(join("Alles", "nl", three).pdf)) as pdf:
        root = pdf.Root.StructTreeRoot
        (document,) = root.K
        assert document.S == "/Document"
        assert [str(part.S) for part in document.K] == ["/Part"] * 3
        assert [str(part.T) for part in document.K] == ["Deel 1", "Deel 2", "Deel 3"]
        numbers = [int(root.ParentTree.Nums[n]) for n in range(0, len(root.ParentTree.Nums), 2)]
        assert numbers == list(range(len(numbers)))
        used = [int(page.obj.StructParents) for page in pdf.pages]
        used += [
            int(note.StructParent) for page in pdf.pages for note in page.obj.get("/Annots", ())
        ]
        assert sorted(used) == numbers, "each page and each link has a number of its own"
        own = {page.obj.objgen for page in pdf.pages}
        copies = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Page"
        ]
        assert {each.objgen for each in copies} == own


def test_the_same_parts_are_the_same_file(three: list[Part]) -> None:
    assert join("Alles", "nl", three) == join("Alles", "nl", three)


def test_a_bundle_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        join("Alles", "nl", [])


# -- keeping --------------------------------------------------------------------------------------


def bundle_of(*pages: Page) -> Bundle:
    titled = tuple((f"Deel {n}", page) for n, page in enumerate(pages, start=1))
    return Bundle("weekpakket", "Week 49", "nl", titled)


BROKEN = a_page("Feest 🎄")


def test_the_parts_are_kept_so_a_change_of_one_renders_that_one(
    database: Database, press: Press
) -> None:
    before = press.renders
    printed(press, bundle_of(a_page("Een"), a_page("Twee")), NOW)
    assert press.renders == before + 2
    changed = printed(press, bundle_of(a_page("Een"), a_page("Twee anders")), NOW)
    assert press.renders == before + 3
    assert printed(press, bundle_of(a_page("Een"), a_page("Twee anders")), NOW) == changed
    assert press.renders == before + 3
    assert count_rows(Rendering) == 5, "three parts and two bundles"


def test_when_a_part_fails_the_rest_is_still_made(database: Database, press: Press) -> None:
    whole = bundle_of(a_page("Een"), BROKEN, a_page("Drie"))
    made = printed(press, whole, NOW)
    assert made.pages == 2
    assert text_of(bytes(made.bytes)) == "Een Drie"
    assert made.fingerprint != whole.fingerprint, "it is not taken for the whole one"
    mended = bundle_of(a_page("Een"), a_page("Feest"), a_page("Drie"))
    assert text_of(bytes(printed(press, mended, NOW).bytes)) == "Een Feest Drie"


def test_when_every_part_fails_it_is_said_why(database: Database, press: Press) -> None:
    with pytest.raises(MissingGlyph):
        printed(press, bundle_of(BROKEN, BROKEN), NOW)
    assert count_rows(Rendering) == 0


def test_a_picture_is_made_once_and_belongs_to_its_document(
    database: Database, press: Press
) -> None:
    first = picture(press, a_page("Een"), NOW)
    assert bytes(first.bytes).startswith(b"\x89PNG")
    assert first.document == "proef.png"
    assert picture(press, a_page("Een"), NOW) == first
    assert picture(press, a_page("Twee"), NOW) != first
    assert count_rows(Rendering) == 4


# -- what is in it --------------------------------------------------------------------------------


@pytest.fixture
def house(database: Database) -> House:
    return make_programme()["wolfsbos"]


def test_the_bundle_holds_the_week_and_each_open_day_that_is_still_to_come(house: House) -> None:
    parts = week_parts(house, MONDAY, NOW, BASE)
    assert [part.document for part in parts[:2]] == ["weekblad", "roosterblad"]
    days = open_days(house, MONDAY, TODAY)
    assert days[0] == MONDAY
    assert [(part.document, part.day) for part in parts[2:]] == [
        (document, day) for day in days for document in ("deurbord", "turfblad")
    ]
    this_week = dt.date(2026, 11, 23)
    assert open_days(house, this_week, TODAY)[0] == TODAY, "Monday to Wednesday are over"
    assert open_days(house, dt.date(2026, 11, 16), TODAY) == []


def test_a_closed_day_has_no_sheets(cast: Cast) -> None:
    make_occurrence(make_activity(cast.wolfsbos), MONDAY)
    make_shift(cast.wolfsbos, MONDAY + dt.timedelta(days=2))
    assert MONDAY in open_days(cast.wolfsbos, MONDAY, TODAY)
    assert MONDAY + dt.timedelta(days=6) not in open_days(cast.wolfsbos, MONDAY, TODAY)


def test_the_sheets_of_a_week_are_numbered_once(house: House) -> None:
    days = open_days(house, MONDAY, TODAY)
    made = make_sheets(house, days, None, NOW, TODAY)
    assert [sheet.date for sheet in made] == days
    assert make_sheets(house, days, None, NOW, TODAY) == made
    assert count_rows(TallySheet) == len(days)
    assert sheet_as_it_is(house, days[0], TODAY) == made[0]
    TallySheet.update(entered_at=NOW).execute()
    assert sheet_as_it_is(house, days[0], TODAY) is None


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("look", [Look(), Look("ar", "zwartwit")], ids="-".join)
def test_the_bundle_of_a_week_is_valid_in_each_direction(
    house: House, press: Press, look: Look
) -> None:
    unnumbered = week_bundle(house, MONDAY, NOW, BASE, look)
    days = open_days(house, MONDAY, TODAY)
    assert len(unnumbered.parts) == 2 + len(days), "a look makes no tally sheet"
    make_sheets(house, days, None, NOW, TODAY)
    bundle = week_bundle(house, MONDAY, NOW, BASE, look)
    assert len(bundle.parts) == 2 + 2 * len(days)
    pdf = bytes(printed(press, bundle, NOW).bytes)
    report = validator.validate_pdf_bytes(pdf, profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == look.language
        with opened.open_outline() as outline:
            assert len(outline.root) == len(bundle.parts)
