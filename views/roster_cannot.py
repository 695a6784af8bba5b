"""'Ik kan niet': one page with the ways out, and swapping with somebody by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Blueprint, Response, flash, g, url_for
from flask_babel import gettext as _

from models import Person, Place, Seat, Swap
from rules import Refused, roster_lists, swapping
from rules.roster_lists import Offer
from views import clock
from views.answers import back_to, page, safe_next, wants_block
from views.gate import Access, gate
from views.refusals import status_and_sentence
from views.roster_act_forms import SwapForm
from views.roster_mine import mine_page
from views.roster_said import say_later


def add_to(bp: Blueprint) -> None:
    """Put these pages in the roster's place."""
    bp.add_url_rule("/plek/<id:row_id>/kan-niet", view_func=cannot)
    bp.add_url_rule("/plek/<id:row_id>/ruilen", view_func=ask_swap, methods=["POST"])
    bp.add_url_rule("/ruil/<id:row_id>/ja", view_func=agree, methods=["POST"])
    bp.add_url_rule("/ruil/<id:row_id>/nee", view_func=decline, methods=["POST"])
    bp.add_url_rule("/ruil/<id:row_id>/terug", view_func=withdraw, methods=["POST"])


@gate(Access.helpers, row=Seat)
def cannot(row: Seat) -> Response:
    """What one can do who cannot come. Looking changes nothing: mails link here."""
    return _cannot_page(row)


@gate(Access.helpers, row=Seat)
def ask_swap(row: Seat) -> Response:
    form = SwapForm()
    if not form.sent():
        return _cannot_page(row, 422, form=form)
    other = Place.get_or_none(Place.id == form.other.data, Place.house == row.house)
    try:
        if other is None:
            raise swapping.SwapGone
        swapping.ask(row, g.person, other, clock.now())
    except Refused as refusal:
        status, sentence = status_and_sentence(refusal)
        form.other.errors = [sentence]
        return _cannot_page(row, status, form=form)
    say_later(row, "ask_swap", undo=False)
    return back_to(f"{safe_next(url_for('.mine'))}#dienst-{row.shift_id}")


@gate(Access.helpers, row=Swap)
def agree(row: Swap) -> Response:
    return _answered(row, swapping.agree)


@gate(Access.helpers, row=Swap)
def decline(row: Swap) -> Response:
    return _answered(row, swapping.decline, _("Je hebt nee gezegd. We zeggen het."))


@gate(Access.helpers, row=Swap)
def withdraw(row: Swap) -> Response:
    return _answered(row, swapping.withdraw, _("Je vraag is ingetrokken."))


def _answered(
    swap: Swap, verb: Callable[[Swap, Person, dt.datetime], None], message: str | None = None
) -> Response:
    """Answer a request to swap, and back to the list; also when it cannot be answered any more,
    as the list then shows that it is gone."""
    here = safe_next(url_for(".mine")).partition("#")[0]
    try:
        verb(swap, g.person, clock.now())
    except Refused as refusal:
        status, sentence = status_and_sentence(refusal)
        if wants_block():
            return back_to(here, sentence)
        flash(sentence)
        return mine_page(status)
    if message is not None:
        return back_to(here, message)
    say_later(swap.place.seat, "swap")
    return back_to(f"{here}#dienst-{swap.place.shift_id}")


def _cannot_page(row: Seat, status: int = 200, form: SwapForm | None = None) -> Response:
    now = clock.now()
    shift = roster_lists.one_shift(row.shift, g.person, now)
    own = shift.mine if shift.mine and shift.mine.id == row.id else None
    offers = swapping.options(row, g.person, now) if own and own.offer is Offer.leave else []
    form = form or SwapForm(formdata=None)
    return page(
        "roster/cannot.html",
        status=status,
        shift=shift,
        seat=own,
        options=offers,
        hours=g.house.cover_hours,
        here=safe_next(url_for(".week")),
        form=form,
    )
