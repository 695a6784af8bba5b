"""What people are told about the roster: 'Gezien', and for coordinators who must be rung."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, g, url_for
from flask_babel import gettext as _
from wtforms import BooleanField

from documents import letters
from models import Message, MessageKind, MessageState, Person
from rules import messages, notation
from rules.messages import News, Told
from rules.wall_time import to_local
from views import clock
from views.answers import back_to, page, safe_next
from views.forms import Form
from views.gate import Access, gate

bp = Blueprint("roster_messages", __name__, url_prefix="/rooster")
#: Nobody is rung about these: a reminder is an extra, and who looks for cover asks on the roster.
_NOT_RUNG = (MessageKind.reminder, MessageKind.cover_wanted)

#: How many of the others are listed.
MOST = 50


@bp.record_once
def register(state: Any) -> None:
    state.app.jinja_env.filters.update(
        news_sentence=letters.sentence,
        news_subject=lambda news: letters.subject(news.kind),
        formerly=letters.formerly,
        shift_when=letters.when,
    )


@dataclass(frozen=True)
class ToRing:
    """Somebody whom no mail has reached, with all that they must hear; the newest comes first."""

    person: Person
    phone: str
    news: list[News]
    why: str


class SeenForm(Form):
    """'Gezien': one message, or with ``alles`` all before it as well."""

    alles = BooleanField()


@bp.post("/bericht/<id:message_id>/gezien")
@gate(Access.signed_in)
def seen(message_id: int) -> Response:
    """A message is its reader's own, also when they have left the house that it is about."""
    form = SeenForm()
    messages.see(message_id, g.person, clock.now(), everything=bool(form.alles.data))
    return back_to(safe_next(url_for("today.index")))


@bp.get("/berichten")
@gate(Access.coordinators)
def told() -> Response:
    found = messages.told_in(g.house, clock.now())
    ring = list(_to_ring(found))
    waiting = {news.id for each in ring for news in each.news}
    return page(
        "roster/messages.html",
        ring=ring,
        rest=[(each, how(each.news)) for each in found if each.news.id not in waiting][:MOST],
        days=messages.FRESH.days,
    )


@bp.post("/bericht/<id:row_id>/gebeld")
@gate(Access.coordinators, row=Message)
def called(row: Message) -> Response:
    messages.called(row, clock.now())
    name = row.person.first_name
    return back_to(url_for(".told"), _("%(name)s weet het nu.", name=name))


def _to_ring(found: list[Told]) -> Iterator[ToRing]:
    """Who must be rung, whoever waits longest last, as the list has it."""
    by_person: dict[int, list[Told]] = {}
    for each in found:
        news = each.news
        if (
            news.true
            and news.seen_at is None
            and news.kind not in _NOT_RUNG
            and news.person.id != g.person.id
            and not _by_mail(news)
        ):
            by_person.setdefault(news.person.id, []).append(each)
    for some in by_person.values():
        first = some[0]
        yield ToRing(first.news.person, first.phone, [each.news for each in some], how(first.news))


def _by_mail(news: News) -> bool:
    """Whether a mail has told it, or still will."""
    if news.state == MessageState.waiting:
        return bool(news.person.email and current_app.config["SMTP_HOST"])
    return news.state == MessageState.sent


def how(news: News) -> str:
    """How somebody was or will be told, in a few words."""
    if news.state == MessageState.sent and news.sent_at is not None:
        moment = to_local(news.sent_at)
        day = notation.day_and_month(moment.date())
        return _("gemaild op %(day)s om %(time)s", day=day, time=notation.clock(moment.time()))
    if news.seen_at is not None:
        return _("gezien of gebeld")
    if not news.person.email:
        return _("heeft geen e-mailadres")
    if news.state == MessageState.failed:
        return _("mailen lukt niet")
    if news.state == MessageState.not_sent or not current_app.config["SMTP_HOST"]:
        return _("niet gemaild")
    return _("mailen lukt nog niet") if news.tries else _("wordt gemaild")
