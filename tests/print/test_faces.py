"""The faces of the paper: which letters they draw, in which scripts, and how wide a line is."""

from __future__ import annotations

import unicodedata
from io import BytesIO

import pdfplumber
import pytest

from documents.faces import FACES, FONTS, covered_characters, undrawable, width
from documents.joining import joined
from documents.press import Press
from documents.press_worker import STYLESHEETS
from tests.print.sheets import assert_good_paper, text_of

SAMPLES = {
    "en": "The quick brown fox, £3.50 – “hello”",
    "ar": "قهوة وحديث في بيت الحي، مجانًا؟ الآن إلى شيء ظهر ضيف مُحَمَّد چای",
    "uk": "Щаслива ґава їсть пʼять яєць – «Є!» № 3",
    "pl": "Zażółć gęślą jaźń, ŻÓŁW „ćma”",
    "tr": "Iğdır’da şık çöğürcü İpek, âlim",
    "ti": "ቡን ኣብ ገዛ ጎረባብቲ፣ ብናጻ እዩ። ጥቅምቲ፦ ቋንቋ ዅሉ",
}


def test_every_face_has_its_file_its_licence_and_its_place_in_the_style_sheet() -> None:
    style = STYLESHEETS[0].read_text(encoding="utf-8")
    assert {file for _family, _weight, file in FACES} == {each.name for each in FONTS.glob("*.ttf")}
    for family, _weight, _file in FACES:
        assert f"'{family}'" in style, family
    licences = {each.name.split(".")[1] for each in FONTS.glob("LICENSE.*.txt")}
    assert all(any(file.startswith(name) for name in licences) for _, _, file in FACES)


@pytest.mark.parametrize("language", SAMPLES)
def test_our_faces_draw_each_language(language: str) -> None:
    assert undrawable(SAMPLES[language]) == []


def test_a_script_that_no_face_has_is_told() -> None:
    assert undrawable("Чай 中 कखग 🎄") == ["中", "क", "ख", "ग", "🎄"]


def test_a_mark_needs_a_face_that_has_its_letter_too() -> None:
    assert undrawable("замо\u0301к e\u0301 محم\u0651د") == []
    assert undrawable("o\u064e") == ["\u064e"]
    assert undrawable("م\u0301") == ["\u0301"]
    assert undrawable("x\u0331") == ["\u0331"]


def test_what_turns_and_joins_text_needs_no_letter() -> None:
    assert undrawable("\u2066Koffie\u2069 \u200f\u200e \u200c\u00ad") == []
    assert width("\u2066Koffie\u2069\u00ad", 400) == width("Koffie", 400)


def test_arabic_letters_take_the_shape_that_they_have_in_a_word() -> None:
    assert joined("ببب ب") == "\ufe91\ufe92\ufe90 \ufe8f"
    assert joined("دار") == "\ufea9\ufe8d\ufead"
    assert joined("سلام") == "\ufeb3\ufefc\ufee1", "lam and alef are one"
    assert joined("مُد") == "\ufee3\ufeaa"
    assert joined("Koffie – Кава ቡን") == "Koffie – Кава ቡን"


@pytest.mark.parametrize("language", SAMPLES)
@pytest.mark.parametrize("weight", [400, 700])
def test_a_line_is_as_wide_as_it_is_printed(press: Press, language: str, weight: int) -> None:
    text = "".join(each for each in SAMPLES[language] if not unicodedata.combining(each))
    printed = press.render(
        f"<html lang='{language}'><head><title>.</title><style>@page {{ size: A4 landscape; }}"
        f" h1 {{ font: {weight} 20pt var(--text); letter-spacing: 0; white-space: pre }}</style>"
        f"</head><body><h1>|{text}|</h1></body></html>"
    )
    with pdfplumber.open(BytesIO(printed.pdf)) as opened:
        bars = [each for each in opened.pages[0].chars if each["text"] == "|"]
    real = (max(each["x0"] for each in bars) - min(each["x1"] for each in bars)) / 20
    assert width(text, weight) == pytest.approx(real, rel=0.02)


@pytest.mark.parametrize("language", SAMPLES)
def test_each_script_is_printed_as_letters_that_can_be_read_and_copied(
    press: Press, language: str
) -> None:
    direction = "rtl" if language == "ar" else "ltr"
    # A mark lies over its letter, which words must not.
    text = "".join(each for each in SAMPLES[language] if not unicodedata.combining(each))
    printed = press.render(
        f"<html lang='{language}' dir='{direction}'><head><title>.</title></head>"
        f"<body style='margin: 0 12mm'><h1>{text}</h1><p style='font-size: 14pt'>"
        f"{text} <strong>{text}</strong></p></body></html>"
    )
    assert_good_paper(printed.pdf)
    read = sorted(each for each in set(text_of(printed.pdf)) if each.isalpha())
    asked = sorted(each for each in set(text) if each.isalpha())
    assert read == asked


def test_digits_and_latin_are_those_of_andika_in_every_script(press: Press) -> None:
    printed = press.render(
        "<html lang='ar' dir='rtl'><head><title>.</title></head><body><h1>قهوة</h1>"
        "<p>الخميس 24 ديسمبر Koffie</p></body></html>"
    )
    with pdfplumber.open(BytesIO(printed.pdf)) as opened:
        fonts = {
            each["text"]: each["fontname"]
            for each in opened.pages[0].chars
            if each["text"] in "24Kofie"
        }
    assert all("Andika" in font for font in fonts.values()), fonts


def test_the_faces_are_unpacked() -> None:
    """The press reads all of them when it starts: woff2 would take it a second longer."""
    for _family, _weight, file in FACES:
        assert (FONTS / file).read_bytes()[:4] == b"\0\1\0\0", file
    assert len(covered_characters()) > 2000
