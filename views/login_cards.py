"""Login cards of several people on one sheet: they are printed, and only then do they count."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, make_response, url_for

from documents.login_cards import Card, cards_page
from rules import access, login_cards
from rules.once import once
from views import clock
from views.answers import back_to, page
from views.gate import Access, gate
from views.just_made import JustMade
from views.login_cards_forms import LoginCardsForm
from views.print_sheets import base_url
from views.printing import press

bp = Blueprint("login_cards", __name__)


@bp.record_once
def remember(state: object) -> None:
    state.app.extensions["login_cards"] = JustMade()  # type: ignore[attr-defined]


@bp.route("/drukwerk/inlogkaarten", methods=["GET", "POST"])
@gate(Access.coordinators)
def index() -> Response:
    """Whose cards; and, as the answer to the form, the cards themselves, this once."""
    holders = login_cards.holders(g.house, g.person)
    form = LoginCardsForm(holders)
    if form.sent():
        # Who taps twice sees the second answer, which cannot be other than the first.
        made: JustMade = current_app.extensions["login_cards"]
        names = {each.person.id: each.name for each in holders}
        key = (g.person.id, g.house.id, form.id_of_form)
        return _for_your_eyes(made.get(key, lambda: _make(form, names)))
    return page(
        "prints/login_cards.html",
        status=422 if form.errors else 200,
        form=form,
        groups=[
            [each for each in holders if each.yours and each.has_card is has_card]
            for has_card in (False, True)
        ],
        others=[each.person for each in holders if not each.yours],
    )


@bp.get("/drukwerk/inlogkaart.pdf")
@gate(Access.coordinators)
def document() -> Response:
    """Making cards ends others, so an address alone does not do it: first the page that asks."""
    return back_to(url_for(".index"))


def _make(form: LoginCardsForm, names: dict[int, str]) -> bytes:
    """Prints cards and then lets them count: when printing fails, the former ones still do.

    A render may take seconds, so no transaction waits for it.
    """
    secrets = {person_id: access.new_secret() for person_id in form.wie.data}
    cards = [Card(names[person_id], secret) for person_id, secret in secrets.items()]
    pdf = press().render(cards_page(g.house, cards, base_url(), form.look())).pdf
    here, done = url_for(".index"), []

    def write() -> str:
        login_cards.make_cards(g.house, secrets, g.person, clock.now())
        done.append(here)
        return here

    once(form.id_of_form, write, clock.now())
    if not done:
        raise login_cards.CardsMade
    return pdf


def _for_your_eyes(pdf: bytes) -> Response:
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    name = f"{g.house.slug}-inlogkaarten.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
