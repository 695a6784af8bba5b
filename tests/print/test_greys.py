"""Black and white is so to the last pixel: photos and logos too."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import numpy
import pypdfium2
import pytest
from peewee import Database
from PIL import Image, ImageDraw

from documents.greys import grey_logo, grey_photo
from documents.look import Look
from documents.month import month_of_house
from documents.poster import poster_page
from documents.press import Press
from models import HousePartner, Partner
from rules.logos import clean_logo
from rules.pictures import shrink_photo
from rules.poster_edits import Chosen, save_edit
from tests.cast import make_house
from tests.print.sheets import assert_good_paper

NOW = dt.datetime(2026, 11, 26, 9)
DECEMBER = dt.date(2026, 12, 1)
SHAPES = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 30'><defs><linearGradient id='a'>"
    "<stop stop-color='#0a6'/><stop offset='1' stop-color='rgb(10%, 60%, 20%)'/></linearGradient>"
    "</defs><g fill='{fill}'><rect width='60' height='30'/></g>"
    "<circle cx='75' cy='15' r='12' fill='none' stroke='teal' stroke-width='4'/>{more}</svg>"
)


def drawn(fill: str, more: str = "") -> bytes:
    return clean_logo(SHAPES.format(fill=fill, more=more).encode())


def png(*colours: tuple[int, int, int, int]) -> bytes:
    whole = Image.new("RGBA", (30 * len(colours), 30))
    for number, colour in enumerate(colours):
        ImageDraw.Draw(whole).rectangle((30 * number, 0, 30 * number + 29, 29), fill=colour)
    out = BytesIO()
    whole.save(out, "PNG")
    return clean_logo(out.getvalue())


def photo() -> bytes:
    whole = Image.merge("RGB", [Image.effect_noise((900, 600), 90) for _band in range(3)])
    out = BytesIO()
    whole.save(out, "JPEG")
    return shrink_photo(out.getvalue()).jpeg


def colour_in(page: numpy.ndarray) -> int:
    """How far red, green and blue are apart where they are furthest, from 0 to 255."""
    channels = page.astype(int)[:, :, :3]
    return int((channels.max(axis=2) - channels.min(axis=2)).max())


@pytest.mark.slow
def test_a_poster_in_black_and_white_has_no_coloured_pixel(
    press: Press, database: Database
) -> None:
    house = make_house("wolfsbos", "Wolfsbos")
    logos = [drawn("#0a6"), drawn("url(#a) red"), png((10, 160, 90, 255), (240, 200, 10, 128))]
    for number, logo in enumerate(logos):
        partner = Partner.create(name=f"Partner {number}", logo=logo)
        HousePartner.create(house=house, partner=partner, position=number)
    chosen = Chosen(photo=shrink_photo(photo()), photo_words="Samen aan tafel")
    save_edit(house, DECEMBER, chosen, None, NOW, seen=0)
    facts = month_of_house(house, DECEMBER)
    colours = {}
    for style in ("kleur", "zwartwit"):
        made = poster_page(facts, "a4", "https://b.example", Look("nl", style)).made(press)
        assert_good_paper(made.pdf)
        with pypdfium2.PdfDocument(made.pdf) as opened:
            page = opened[0]
            colours[style] = colour_in(page.render(scale=1, rev_byteorder=True).to_numpy())
            seen = [each for each in page.get_objects() if isinstance(each, pypdfium2.PdfImage)]
            assert len(seen) >= 2, "the photo and the PNG are there"
    assert colours["kleur"] > 100
    assert colours["zwartwit"] == 0


def test_a_photo_keeps_its_size_and_its_light() -> None:
    grey = grey_photo(photo())
    with Image.open(BytesIO(grey)) as opened:
        assert (opened.format, opened.mode, opened.size) == ("JPEG", "L", (900, 600))
        assert 100 < numpy.asarray(opened).mean() < 156
    assert grey_photo(grey) == grey_photo(grey)


def test_the_darkest_ink_of_a_logo_becomes_black_and_what_is_clear_stays_so() -> None:
    with Image.open(
        BytesIO(grey_logo(png((10, 160, 90, 255), (255, 255, 255, 255), (9, 9, 9, 0))))
    ) as made:
        assert made.mode == "LA"
        assert [made.getpixel((x, 15)) for x in (15, 45)] == [(0, 255), (255, 255)]
        assert made.getpixel((75, 15))[1] == 0  # type: ignore[index]


def test_of_a_drawn_logo_no_paint_has_a_colour() -> None:
    said = grey_logo(
        drawn("#0a6", "<rect width='9' height='9' fill='#fff' color='gold'/>")
    ).decode()
    assert 'fill="none"' in said
    assert 'fill="#ffffff"' in said
    assert "#000000" in said, "the darkest"
    for colour in ("#0a6", "teal", "gold", "rgb("):
        assert colour not in said
    assert 'fill="url(#a)"' in grey_logo(drawn("url(#a)")).decode()


def test_beside_what_is_black_the_other_inks_stay_as_light_as_they_are() -> None:
    said = grey_logo(drawn("#0a6", "<path d='M0 0h9v9z'/>")).decode()
    assert "#000000" not in said
    assert 'fill="#6f6f6f"' in said
    assert "#000000" in grey_logo(drawn("a-colour-of-the-future")).decode()
