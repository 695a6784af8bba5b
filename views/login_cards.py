"""Login cards of several people on one sheet: they are printed, and only then do they count."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, make_response, url_for

from documents.login_cards import Card, cards_page
from rules import login_cards
from rules.once import once
from views import clock
from views.answers import back_to, page
from views.gate import Access, gate
from views.login_cards_forms import LoginCardsForm
from views.print_sheets import base_url
from views.printing import press

bp = Blueprint("login_cards", __name__)


@bp.route("/drukwerk/inlogkaarten", methods=["GET", "POST"])
@gate(Access.coordinators)
def index() -> Response:
    """Whose cards; and, as the answer to the form, the cards themselves, this once."""
    holders = login_cards.holders(g.house, g.person)
    form = LoginCardsForm(holders)
    if form.sent():
        return _for_your_eyes(_make(form, {each.person.id: each.name for each in holders}))
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

    Who taps twice sees the second answer, so it is the same paper. A render may take seconds, so no
    transaction waits for it.
    """
    id_of_form = form.id_of_form
    # The id is kept, so that the form counts once; what the browser sent is not.
    named = f"{form.once.data}\0{id_of_form}\0{g.person.id}\0{g.house.id}"
    secrets = login_cards.secrets_of(_key(), named, form.wie.data)
    cards = [Card(names[person_id], secret) for person_id, secret in secrets.items()]
    pdf = press().render(cards_page(g.house, cards, base_url(), form.look())).pdf
    here, done = url_for(".index"), []

    def write() -> str:
        login_cards.make_cards(g.house, secrets, g.person, clock.now())
        done.append(here)
        return here

    once(id_of_form, write, clock.now())
    if not done and not login_cards.still_count(secrets, clock.now()):
        raise login_cards.CardsMade
    return pdf


def _key() -> bytes:
    key: str | bytes = current_app.config["SECRET_KEY"]
    return key if isinstance(key, bytes) else key.encode()


def _for_your_eyes(pdf: bytes) -> Response:
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    name = f"{g.house.slug}-inlogkaarten.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
