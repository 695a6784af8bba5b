"""What an activity is called in other languages: typed here, read on the public page."""

from __future__ import annotations

import re

from flask import Flask

from models import ActivityText, AuditEntry
from tests.browser_of import Browser
from tests.cast import Cast, count_rows
from tests.views.test_programme import add_lunch

UKRAINIAN = {"title_uk": "Обід разом", "summary_uk": "Щомісяця обідаємо разом."}


def test_a_text_in_another_language_stands_on_the_page_in_that_language(
    app: Flask, cast: Cast
) -> None:
    lunch = add_lunch(cast.wolfsbos, summary="Elke maand eten we samen.")
    browser, address = Browser(app, cast.coordinator), f"/programma/activiteit/{lunch.id}/talen"
    arabic = {"title_ar": "غداء معًا", "summary_ar": ""}
    answer = browser.post(address, browser.fields(address) | UKRAINIAN | arabic)
    assert (answer.status_code, answer.location) == (303, f"/programma/activiteit/{lunch.id}")
    public = Browser(app, None)
    text = public.get("/h/wolfsbos/?taal=uk").text
    assert "Обід разом" in text
    assert "Щомісяця обідаємо разом." in text
    assert "غداء معًا" in public.get("/h/wolfsbos/?taal=ar").text
    assert "Samen lunchen" in public.get("/h/wolfsbos/?taal=pl").text
    assert "Обід" not in public.get("/h/wolfsbos/").text


def test_a_text_is_changed_and_taken_away_and_others_stay(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    browser, address = Browser(app, cast.coordinator), f"/programma/activiteit/{lunch.id}/talen"
    browser.post(address, UKRAINIAN | {"title_en": "Lunch together"})
    fields = browser.fields(address)
    assert fields["title_uk"] == "Обід разом"
    assert browser.post(address, fields | {"title_en": "Shared lunch"}).status_code == 303
    assert browser.post(address, fields | {"title_en": "Shared lunch"}).status_code == 303
    assert AuditEntry.select().where(AuditEntry.action == "activity.texts").count() == 2
    emptied = fields | {"title_uk": "", "summary_uk": ""}
    assert browser.post(address, emptied).status_code == 303
    kept = {row.language: row.title for row in ActivityText.select()}
    assert kept == {"en": "Lunch together"}


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    browser, address = Browser(app, cast.coordinator), f"/programma/activiteit/{lunch.id}/talen"
    for wrong, field, sentence in (
        ({"title_uk": ""}, "title_uk", "Vul ook de naam in."),
        ({"title_uk": "о" * 61}, "title_uk", "Gebruik hoogstens 60 tekens."),
        ({"summary_uk": "о" * 201}, "summary_uk", "Gebruik hoogstens 200 tekens."),
        ({"title_ti": "\x00"}, "title_ti", "een teken dat we niet kunnen bewaren"),
    ):
        answer = browser.post(address, UKRAINIAN | {"title_en": "Lunch"} | wrong)
        assert answer.status_code == 422, wrong
        said = re.search(rf'id="{field}-fout">([^<]*)', answer.text)
        assert said is not None
        assert sentence in said[1]
        assert 'value="Lunch"' in answer.text
        assert count_rows(ActivityText) == 0


def test_only_coordinators_of_the_house_enter_texts(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    address = f"/programma/activiteit/{lunch.id}/talen"
    assert Browser(app, cast.volunteer).get(address).status_code == 403
    assert Browser(app, cast.other_coordinator).post(address, UKRAINIAN).status_code == 404
    assert count_rows(ActivityText) == 0


def test_a_text_that_no_face_can_draw_is_refused_at_its_field(app: Flask, cast: Cast) -> None:
    """It would stop every poster in that language; letters of the language itself are fine."""
    lunch = add_lunch(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    address = f"/programma/activiteit/{lunch.id}/talen"
    answer = browser.post(address, {"title_uk": "Кава ☕", "title_ar": "قهوة"})
    assert answer.status_code == 422
    assert "Dit kunnen we niet drukken: ☕" in answer.text
    assert not ActivityText.select().exists()
    typed = {"title_uk": "Кава", "title_ar": "قهوة", "title_ti": "ቡን", "title_tr": "Çay ve kâğıt"}
    assert browser.post(address, typed).status_code == 303
    assert {row.title for row in ActivityText.select()} == set(typed.values())
