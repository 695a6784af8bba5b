"""Login cards on paper: eight to a sheet, each with a code that a phone reads."""

from __future__ import annotations

from io import BytesIO

import pdfplumber
import pytest

from documents.login_cards import Card, cards_page
from documents.look import STYLES, Look, Style
from documents.press import MissingGlyph, Press
from models import House
from rules.access import new_secret
from tests.cast import Cast
from tests.print.codes import bottoms_of, codes_of
from tests.print.sheets import assert_good_paper, read_aloud, text_of

BASE = "https://buurtbord.huisvandebuurt-hoogeveen.example"
NAMES = [
    *("Joop", "Anneke B.", "Mohammed", "Olena", "Maximiliaan-Alexander", "Jo", "Willemien", "Jan"),
    "Wilhelmina Geertruida Hendrika",
]


def cut(press: Press, house: House, names: list[str], look: Look) -> tuple[bytes, list[str]]:
    """The PDF, and the addresses that its codes should carry."""
    cards = [Card(name, new_secret()) for name in names]
    pdf = press.render(cards_page(house, cards, BASE, look)).pdf
    return pdf, [f"{BASE}/k/{card.secret}" for card in cards]


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("long", [False, True])
def test_each_card_has_a_name_and_a_code_that_reads_at_100_dots_per_inch(
    press: Press, cast: Cast, style: Style, long: bool
) -> None:
    house = House.get_by_id(cast.wolfsbos.id)
    if long:
        house.name = "Multifunctioneel ontmoetingscentrum De Weide-Krakeel en omstreken"
    pdf, addresses = cut(press, house, NAMES, Look("nl", style))
    read = codes_of(pdf)
    assert [len(codes) for codes in read] == ([4, 4, 1] if style == "groot" else [8, 1])
    assert {code for codes in read for code in codes} == set(addresses)
    text = text_of(pdf)
    assert text.count("Scan met de camera van je telefoon.") == len(NAMES)
    assert text.count("Verloren? Bel 0528-12 34 56") == len(NAMES)
    for name in NAMES:
        assert name in text
    assert_good_paper(pdf, smallest=18 if style == "groot" else 12)


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_a_code_has_white_round_it_also_under_a_name_of_two_lines(
    press: Press, cast: Cast, style: Style
) -> None:
    names = ["Wilhelmina Geertruida Hendrika Aleida van Oranje", "Joop"]
    pdf, addresses = cut(press, cast.wolfsbos, names, Look("nl", style))
    assert {code for codes in codes_of(pdf) for code in codes} == set(addresses)
    # Cards begin at 18 mm from the top and are 65 mm high: 3 mm of white remain below the code.
    bottoms = bottoms_of(pdf)
    assert len(bottoms) == 2
    assert all((bottom - 18) % 65 < 62 for bottom in bottoms), bottoms


def test_a_card_is_90_by_65_millimetres(press: Press, cast: Cast) -> None:
    pdf, _addresses = cut(press, cast.wolfsbos, NAMES[:8], Look())
    with pdfplumber.open(BytesIO(pdf)) as opened:
        names = [
            word
            for word in opened.pages[0].extract_words(extra_attrs=["size"])
            if word["text"] in ("Joop", "Anneke", "Mohammed")
        ]
    joop, anneke, mohammed = names
    assert (anneke["x0"] - joop["x0"]) / 72 * 25.4 == pytest.approx(90, abs=0.7)
    assert (mohammed["top"] - joop["top"]) / 72 * 25.4 == pytest.approx(65, abs=0.7)


def test_a_house_without_a_phone_says_whom_to_tell(press: Press, cast: Cast) -> None:
    house = House.get_by_id(cast.wolfsbos.id)
    house.phone = ""
    pdf, _addresses = cut(press, house, NAMES[:1], Look())
    assert "Verloren? Zeg het de coördinator." in text_of(pdf)
    assert_good_paper(pdf)


def test_the_secret_is_in_the_code_alone(press: Press, cast: Cast) -> None:
    """Nobody hears it or reads it over a shoulder, and no error message repeats it."""
    card = Card("Joop", new_secret())
    pdf = press.render(cards_page(cast.wolfsbos, [card], BASE)).pdf
    assert card.secret not in text_of(pdf)
    assert card.secret not in read_aloud(pdf)
    assert card.secret not in repr(card)
    with pytest.raises(MissingGlyph) as refused:
        press.render(cards_page(cast.wolfsbos, [Card("Joop 🎈", card.secret)], BASE))
    assert card.secret not in str(refused.value)
