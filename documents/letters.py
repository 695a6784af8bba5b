"""What people are told, in words: a line on a page, and a mail of plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from documents.sheets import ROOT
from documents.words import _, in_words, words
from models import MessageKind, Shift
from rules.messages import News
from rules.notation import clock, long_date, phone, span


@dataclass(frozen=True)
class Letter:
    """A mail: one line of subject, and its text."""

    subject: str
    body: str


def sentence(news: News) -> str:
    """What happened, to whom it happened: 'Je dienst gaat niet door.'"""
    name = news.about
    by_name = {
        MessageKind.put_on: _("%(name)s heeft je op het rooster gezet.", name=name),
        MessageKind.taken_off: _("%(name)s heeft je van deze dienst gehaald.", name=name),
        MessageKind.covered: _("%(name)s neemt je dienst over. Jij hoeft niet.", name=name),
        MessageKind.cover_wanted: _("%(name)s zoekt vervanging.", name=name),
        MessageKind.swap_asked: _("%(name)s wil met je ruilen.", name=name),
        MessageKind.swap_agreed: _("%(name)s ruilt met je. Jij hebt nu deze dienst.", name=name),
        MessageKind.swap_declined: _("%(name)s kan niet ruilen. Je houdt deze dienst.", name=name),
    }
    if name and news.kind in by_name:
        return by_name[news.kind]
    return {
        MessageKind.reminder: _("Je staat op het rooster."),
        MessageKind.shift_cancelled: _("Je dienst gaat niet door."),
        MessageKind.shift_restored: _("Je dienst gaat toch door."),
        MessageKind.shift_moved: _("Je dienst is veranderd."),
        MessageKind.put_on: _("Je staat nu op het rooster."),
        MessageKind.taken_off: _("Je staat niet meer op deze dienst."),
        MessageKind.covered: _("Iemand neemt je dienst over. Jij hoeft niet."),
        MessageKind.cover_wanted: _("Iemand zoekt vervanging."),
        MessageKind.swap_asked: _("Iemand wil met je ruilen."),
        MessageKind.swap_agreed: _("Jullie ruilen. Jij hebt nu deze dienst."),
        MessageKind.swap_declined: _("Ruilen lukt niet. Je houdt deze dienst."),
    }[news.kind]


def subject(kind: MessageKind) -> str:
    """A message in a word or two: 'Gaat niet door'."""
    return {
        MessageKind.reminder: _("Je dienst"),
        MessageKind.shift_cancelled: _("Gaat niet door"),
        MessageKind.shift_restored: _("Gaat toch door"),
        MessageKind.shift_moved: _("Veranderd"),
        MessageKind.put_on: _("Op het rooster"),
        MessageKind.taken_off: _("Van het rooster"),
        MessageKind.covered: _("Overgenomen"),
        MessageKind.cover_wanted: _("Vervanging gezocht"),
        MessageKind.swap_asked: _("Vraag om te ruilen"),
        MessageKind.swap_agreed: _("Geruild"),
        MessageKind.swap_declined: _("Ruilen lukt niet"),
    }[kind]


def formerly(news: News) -> str:
    """'Het was woensdag 25 november om 9.45 uur.', 'Het was om 9.45 uur.', and when it ended at
    another hour as well 'Het was van 9.45 tot 12.00 uur.'; empty when the shift did not move."""
    if news.was is None:
        return ""
    day, start, end = news.was
    shift = news.shift
    if end != shift.end_time:
        if day != shift.date:
            return _("Het was %(day)s, %(hours)s uur.", day=long_date(day), hours=span(start, end))
        if start != shift.start_time:
            return _("Het was van %(start)s tot %(end)s uur.", start=clock(start), end=clock(end))
        return _("Het was tot %(time)s uur.", time=clock(end))
    if day != shift.date:
        return _("Het was %(day)s om %(time)s uur.", day=long_date(day), time=clock(start))
    return _("Het was om %(time)s uur.", time=clock(start))


def when(shift: Shift) -> str:
    """'donderdag 26 november, 9.45–13.00 uur'."""
    hours = span(shift.start_time, shift.end_time)
    return _("%(day)s, %(hours)s uur", day=long_date(shift.date), hours=hours)


def letter(news: Sequence[News], base_url: str) -> Letter:
    """One mail with all of some news for one person.

    :param news: at least one, in the order in which it is told; all for the same person.
    :param base_url: where this installation is, without a slash at the end; without it the mail
        has no links, as nobody knows where they would lead.
    """
    first = news[0]
    about = _("Nieuws over je rooster")
    if len(news) == 1:
        day = long_date(first.shift.date)
        about = f"{subject(first.kind)}: {first.shift.title}, {day}"
    phones = {each.house.phone: each.house.name for each in news if each.house.phone}
    body = (
        _environment()
        .get_template("news.txt")
        .render(
            person=first.person,
            news=news,
            base=base_url,
            houses=dict.fromkeys(each.house.name for each in news),
            phones=phones,
            reminder=MessageKind.reminder,
            swap_asked=MessageKind.swap_asked,
        )
    )
    return Letter(" ".join(about.split()), body)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "mail"),
        autoescape=False,  # noqa: S701 - a mail of plain text is no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters.update(
        sentence=sentence, formerly=formerly, when=when, phone=phone, in_words=in_words
    )
    environment.install_gettext_translations(words(), newstyle=True)  # type: ignore[attr-defined]
    return environment
