"""What could not be printed is not tried again by everybody who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from peewee import Database

from documents import failures
from documents.press import (
    MissingGlyph,
    Press,
    PressBusy,
    PressError,
    PressUnavailable,
    Print,
    RenderFailed,
    RenderTimeout,
    TooLarge,
)
from documents.renderings import KnownPage, Page, picture, printed
from tests.conftest import NOW

SECOND = dt.timedelta(seconds=1)


class Trying(Press):
    """A press of which it is known how often it was asked, and that fails as it is told."""

    def __init__(self, error: PressError | None):
        super().__init__()
        self.error = error
        self.asked = 0

    def _ask(self, request: Sequence[bytes]) -> Print:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return Print(b"%PDF-", 1, 0.1)


def page(words: str = "hoi") -> Page:
    return Page("weekblad", (f"<p>{words}</p>",))


@pytest.mark.parametrize(
    "error",
    [
        RenderTimeout("more than 20 seconds"),
        TooLarge("of PDF"),
        RenderFailed("?"),
        MissingGlyph("Feest 🎄", "🎄"),
    ],
)
def test_a_page_that_failed_is_tried_again_after_a_minute(
    database: Database, error: PressError
) -> None:
    press = Trying(error)
    for second in (0, 1, 59):
        with pytest.raises(type(error)) as caught:
            printed(press, page(), NOW + second * SECOND)
        assert str(caught.value) == str(error)
    with pytest.raises(type(error)):
        picture(press, page(), NOW)
    assert press.asked == 1
    press.error = None
    assert printed(press, page(), NOW + 60 * SECOND).pages == 1
    assert press.asked == 2


def test_a_page_that_is_known_by_its_rows_is_not_even_made(database: Database) -> None:
    press = Trying(TooLarge("of PDF"))
    with pytest.raises(TooLarge):
        printed(press, page(), NOW)

    def make() -> Page:
        raise AssertionError("made")

    with pytest.raises(TooLarge):
        printed(press, KnownPage("weekblad", page().fingerprint, make), NOW)


def test_other_words_and_another_press_are_tried_at_once(database: Database) -> None:
    press = Trying(RenderFailed("?"))
    with pytest.raises(RenderFailed):
        printed(press, page(), NOW)
    assert printed(Trying(None), page(), NOW).pages == 1
    press.error = None
    assert printed(press, page("hallo"), NOW).pages == 1


@pytest.mark.parametrize("error", [PressUnavailable("no Pango"), PressBusy("others")])
def test_what_is_no_fault_of_the_page_is_not_held_against_it(
    database: Database, error: PressError
) -> None:
    press = Trying(error)
    with pytest.raises(type(error)):
        printed(press, page(), NOW)
    press.error = None
    assert printed(press, page(), NOW).pages == 1


def test_no_more_than_so_many_failures_are_remembered(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "MOST", 2)
    press = Trying(RenderFailed("?"))
    for words in "abcabc":
        with pytest.raises(RenderFailed):
            printed(press, page(words), NOW)
    assert press.asked == 6, "of each the memory had gone when it was asked for again"
    with pytest.raises(RenderFailed):
        printed(press, page("c"), NOW)
    assert press.asked == 6
