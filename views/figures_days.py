"""One day of the figures, for its coordinators: what was counted, put right, and answered."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask import Blueprint, Response, abort, g, request, session, url_for
from flask_babel import gettext as _
from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from models import CountSource, Opening, OpeningState
from rules import corrections, count_choices, day_counts, opening_answers, openings, tally_sheets
from rules.opening_answers import Answer
from rules.partners_present import note_partners, presence
from rules.undoing import NothingToUndo
from views import clock
from views.ahead import keep_dates, keep_openings
from views.answers import added, back_to, page, safe_next
from views.day_forms import CorrectionForm, PartnersForm, correction_form
from views.forms import Form, choices
from views.gate import Access, gate
from views.refusals import status_and_sentence

bp = Blueprint("figures_days", __name__, url_prefix="/cijfers")

_SAID = "beantwoord"


class ChoiceForm(Form):
    """What counts in an hour that has taps and a sheet."""

    uur = IntegerField(validators=[InputRequired(), NumberRange(0, 23)])
    telt = SelectField(choices=choices([(each.value, each.value) for each in CountSource]))


class AnswerForm(Form):
    antwoord = SelectField(choices=choices([(each.value, each.value) for each in Answer]))


class BackForm(Form):
    next = HiddenField()


@bp.route("/dag/<day>", methods=["GET", "POST"])
@gate(Access.coordinators)
def day(day: str) -> Response:
    date = _date(day)
    corrections.check_day(g.house, date, clock.today())
    counts = day_counts.read_day(g.house, date)
    form = _form(date, counts)
    status = 422 if request.method == "POST" else 200
    if form.sent():
        try:
            return added(form, lambda: _correct(date, form))
        except corrections.CountedMeanwhile as refusal:
            status, sentence = status_and_sentence(refusal)
            counts = day_counts.read_day(g.house, date)
            form.show_now(refusal.now)
            form.form_errors.append(sentence)
        except (
            corrections.NothingCorrected,
            corrections.NotOnThatDay,
            corrections.NoNumber,
        ) as refusal:
            status, sentence = status_and_sentence(refusal)
            form.form_errors.append(sentence)
    return _page(date, counts, form, status)


@bp.post("/dag/<day>/keuze")
@gate(Access.coordinators)
def choose(day: str) -> Response:
    """Say whether the taps or the sheet count in an hour."""
    date, form = _date(day), ChoiceForm()
    if not form.sent():
        abort(400)
    count_choices.choose(
        g.house, date, form.uur.data, CountSource(form.telt.data), g.person, clock.now()
    )
    said = {
        CountSource.taps: _("De tikken tellen."),
        CountSource.sheet: _("Het blad telt."),
    }
    return back_to(safe_next(url_for(".day", day=day)), said[CountSource(form.telt.data)])


@bp.post("/dag/<day>/partners")
@gate(Access.coordinators)
def partners(day: str) -> Response:
    date, form = _date(day), PartnersForm()
    today = clock.today()
    corrections.check_day(g.house, date, today)
    if not form.sent():
        abort(400)
    ticked, shown = form.ticked(presence(g.house, date, today))
    note_partners(g.house, date, ticked, shown, g.person, clock.now(), today)
    return back_to(url_for(".day", day=day), _("Opgeslagen."))


@bp.get("/vergeten")
@gate(Access.coordinators)
def forgotten() -> Response:
    keep_openings(g.house)
    today = clock.today()
    said = _what_was_said()
    found = opening_answers.forgotten(g.house, today)
    if said and said[0] not in found:
        found = sorted(
            [*found, said[0]], key=lambda each: (each.date, each.start_time), reverse=True
        )
    since = today - opening_answers.LOOK_BACK
    return page(
        "figures/forgotten.html",
        forgotten=found,
        sheets={
            sheet.date: sheet
            for sheet in tally_sheets.sheets_between(g.house, since, today)
            if sheet.entered_at is None
        },
        undecided=count_choices.undecided(g.house, since, today),
        said=said,
    )


@bp.post("/opening/<id:row_id>/antwoord")
@gate(Access.coordinators, row=Opening)
def answer(row: Opening) -> Response:
    """Say what became of an opening that nobody counted."""
    form = AnswerForm()
    if not form.sent():
        abort(400)
    opening_answers.answer_for(row, Answer(form.antwoord.data), g.person, clock.now())
    session[_SAID] = [row.id, form.antwoord.data]
    return back_to(safe_next(url_for(".forgotten")))


@bp.post("/opening/<id:row_id>/ongedaan")
@gate(Access.coordinators, row=Opening)
def undo(row: Opening) -> Response:
    if not BackForm().sent():
        abort(400)
    try:
        opening_answers.take_back(row, g.person, clock.now())
    except NothingToUndo as refusal:
        return back_to(safe_next(url_for(".forgotten")), status_and_sentence(refusal)[1])
    return back_to(safe_next(url_for(".forgotten")), _("Het is ongedaan gemaakt."))


def _form(date: dt.date, counts: day_counts.DayCounts) -> CorrectionForm:
    activities = corrections.activities_of_day(g.house, date)
    titles = {id: title for id, (title, _occurrence) in activities.items()}
    # What was counted for and has been removed from the day since may still be put right.
    titles |= {row.activity: row.title for row in counts.rows.values() if row.activity}
    spans = openings.of_day(g.house, date, clock.today())
    hours = {
        hour
        for each in spans
        for hour in tally_sheets.hours_of(each.start_time, each.end_time)
        if each.state != OpeningState.closed
    }
    return correction_form(counts, titles, hours)


def _correct(date: dt.date, form: CorrectionForm) -> tuple[str, str]:
    corrections.correct(
        g.house, date, form.rights(), form.reason.data, g.person, clock.now(), clock.today()
    )
    return url_for(".day", day=date), _("Verbeterd.")


def _page(
    date: dt.date, counts: day_counts.DayCounts, form: CorrectionForm, status: int
) -> Response:
    keep_openings(g.house)
    keep_dates(g.house, date)
    today = clock.today()
    first = openings.first_day(g.house)
    return page(
        "figures/day.html",
        status=status,
        date=date,
        earlier=None if first is not None and date <= first else date - dt.timedelta(days=1),
        later=date + dt.timedelta(days=1) if date < today else None,
        counts=counts,
        form=form,
        openings=openings.of_day(g.house, date, today),
        visitors=opening_answers.visitors_of_day(g.house, date),
        settled=opening_answers.counted_openings(g.house, date),
        presence=presence(g.house, date, today),
        sheets=tally_sheets.sheets_between(g.house, date, date),
        said=_what_was_said(),
        here=url_for(".day", day=date),
    )


def _what_was_said() -> tuple[Opening, str] | None:
    """The opening that the person just answered for, and the answer; said once."""
    if _SAID not in session:
        return None
    kept: Any = session.pop(_SAID)
    row = Opening.get_or_none(Opening.id == kept[0], Opening.house == g.house)
    return (row, kept[1]) if row is not None else None


def _date(written: str) -> dt.date:
    """A day in an address; 404 for what is none."""
    if not re.fullmatch(r"2[01]\d\d-\d\d-\d\d", written, re.ASCII):
        abort(404)
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        abort(404)
