"""Several documents in one file: which, what they are about, and how far they are."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from documents.chosen_bundle import Choice, chosen_bundle, chosen_parts
from documents.look import Look
from documents.words import LANGUAGES
from models import House
from rules import Refused, tally_sheets
from rules.notation import iso_week
from rules.wall_time import month_of
from views import clock, language, print_choices, print_words
from views.ahead import keep_dates, keep_shifts
from views.answers import back_to, page
from views.gate import Access, gate
from views.print_chosen_forms import ChosenForm, ChosenToMakeForm
from views.print_forms import PosterForm
from views.print_parts import progress
from views.print_sheets import BUILT, WEEK, Sheet, base_url, file_name
from views.refusals import status_and_sentence


def add_to(bp: Blueprint) -> None:
    """Put these pages in the place of the prints."""
    bp.add_url_rule("/drukwerk/samen", "together", together)
    bp.add_url_rule("/drukwerk/samen", "make_together", make_together, methods=["POST"])


@gate(Access.helpers)
def together() -> Response:
    """The documents to choose from; of a choice, which of them are ready."""
    if g.house is None:
        abort(404)
    if "blad" not in request.args:
        asked_before = PosterForm()
        return _choose(ChosenToMakeForm(formdata=None, **asked_before.read()))
    form = ChosenForm()
    form.read()
    choice, look = form.choice(), form.look()
    _keep(g.house, choice)
    parts = chosen_parts(g.house, choice, clock.now(), base_url(), look)
    asked = _asked(g.house, choice, look)
    return progress(
        parts,
        form.deel.data,
        title=_("Bladen in één bestand"),
        about=_("Samen in één bestand, om in één keer te printen."),
        ready=_("Het bestand is klaar"),
        here=url_for(".together", **asked),
        file=url_for(".document", name="samen", **asked),
        make=url_for(".make_together"),
        make_words=_("Maak het bestand"),
        sent=[(name, each) for name, value in asked.items() for each in _each(value)],
    )


@gate(Access.helpers)
def make_together() -> Response:
    """Gives a tally sheet of the choice its number; the same sheet keeps the one it had."""
    form = ChosenToMakeForm()
    if not form.sent():
        return _choose(form, 422)
    choice = form.choice()
    _keep(g.house, choice)
    if "turfblad" in choice.documents:
        try:
            tally_sheets.make_sheet(g.house, choice.day, g.person, clock.now(), clock.today())
        except Refused as refusal:
            form.dag.errors = [status_and_sentence(refusal)[1]]
            return _choose(form, 422)
    return back_to(url_for(".together", **_asked(g.house, choice, form.look())))


def together_in_one(house: House) -> Sheet:
    """The file itself, as the address asks for it."""
    form = ChosenForm()
    form.read()
    choice, look = form.choice(), form.look()
    _keep(house, choice)
    bundle = chosen_bundle(house, choice, clock.now(), base_url(), look)
    return Sheet(bundle, file_name(house, f"{clock.today()}", "drukwerk", look))


BUILT["samen"] = together_in_one


def _choose(form: ChosenToMakeForm, status: int = 200) -> Response:
    return page(
        "prints/together.html",
        status=status,
        form=form,
        look=form.look(),
        chosen=form.choice(),
        week=iso_week(form.choice().monday),
        months=print_choices.months(),
        weeks=print_choices.weeks(),
        days=print_choices.days(),
        languages=[(each, language.LANGUAGES[each].name) for each in LANGUAGES],
        styles=print_choices.STYLES,
        printer=print_words.printer_sentences(),
    )


def _keep(house: House, choice: Choice) -> None:
    """See to it that all that the choice is about has its dates and shifts."""
    keep_shifts(house)
    keep_dates(house, max(month_of(choice.month)[1], choice.monday + WEEK, choice.day))


def _asked(house: House, choice: Choice, look: Look) -> dict[str, Any]:
    return {
        "huis": house.slug,
        "blad": [o.name for o in print_choices.ALL if o.name in choice.documents],
        "maand": f"{choice.month:%Y-%m}",
        "week": iso_week(choice.monday),
        "dag": choice.day.isoformat(),
        "formaat": choice.paper,
        "taal": look.language,
        "stijl": look.style,
    }


def _each(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]
