"""Bundles: their documents are made one by one, and each says whether that went well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import Response, abort, current_app

from documents.bundle import Wanted
from documents.press import PressError
from documents.renderings import known_pages, printed
from rules import Refused
from views import clock, refusals
from views.answers import page, wants_block
from views.print_failures import status_and_sentence
from views.printing import press


class Part(NamedTuple):
    """A document of the bundle on the page.

    number: from 1. made: whether it is ready. numbered: whether it can be made, as all can but a
    tally sheet that has no number yet. refusal: why it cannot be printed.
    """

    number: int
    title: str
    made: bool
    numbered: bool = True
    refusal: str = ""


def progress(
    parts: Sequence[Wanted],
    number: int | None,
    *,
    title: str,
    about: str,
    ready: str,
    here: str,
    file: str,
    make: str,
    make_words: str,
    sent: Sequence[tuple[str, str]],
) -> Response:
    """What is in a bundle and what of it is ready.

    number: the part that is made first; htmx asks for one after the other, and for part 0 when all
        were tried. about: what the bundle holds, in a sentence; ready: that it is there.
    here: the address of this page; file: that of the PDF. make: where a form with the fields
        ``sent`` gives tally sheets their numbers, under a button that says make_words.
    """
    if number is not None and not 0 <= number <= len(parts):
        abort(404)
    tried = _made(number, parts[number - 1]) if number else None
    return page(
        "prints/part.html" if number is not None and wants_block() else "prints/parts.html",
        parts=[tried] if tried and wants_block() else _states(parts, tried),
        part=tried,
        asked=number,
        title=title,
        about=about,
        ready=ready,
        here=here,
        address=file,
        save=f"{file}&bewaar=1",
        make=make,
        make_words=make_words,
        sent=sent,
    )


def _made(number: int, part: Wanted) -> Part:
    """Makes one part now. What goes wrong with it is said at it, and stops no other."""
    try:
        document = part.make()
        if document is not None:
            printed(press(), document, clock.now())
    except (PressError, Refused) as error:
        return _refused(number, part, error)
    return Part(number, part.title, made=document is not None, numbered=document is not None)


def _states(parts: Sequence[Wanted], tried: Part | None) -> list[Part]:
    states: dict[int, Part] = {}
    waiting: dict[str, Part] = {}
    for number, part in enumerate(parts, start=1):
        if tried and tried.number == number:
            states[number] = tried
            continue
        try:
            document = part.make()
        except (PressError, Refused) as error:
            states[number] = _refused(number, part, error)
            continue
        states[number] = Part(number, part.title, made=False, numbered=document is not None)
        if document is not None:
            waiting[document.fingerprint] = states[number]
    for fingerprint in known_pages(list(waiting)):
        state = waiting[fingerprint]
        states[state.number] = state._replace(made=True)
    return list(states.values())


def _refused(number: int, part: Wanted, error: PressError | Refused) -> Part:
    current_app.logger.warning("Not printed: %s", error)
    if isinstance(error, Refused):
        sentence = refusals.status_and_sentence(error)[1]
    else:
        sentence = status_and_sentence(error)[1]
    return Part(number, part.title, made=False, refusal=sentence)
