"""The door sheet: is the house open today, what is on, and whom to ring; huge, for the door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from documents.faces import width
from documents.limits import no_more_than
from documents.look import PLAIN, Look
from documents.renderings import Page
from documents.sheets import category_word, html, pictogram, qr_code
from documents.speech import and_join, apart, clock, long_date, phone, sentence_start, span
from documents.titles import titled, titles_of
from documents.words import _, speaking
from models import House, Occurrence, OccurrenceState
from rules.activity_texts import Text
from rules.next_opening import next_opening
from rules.opening_up import DayCheck, DayState, OpeningCheck, may_we_open
from rules.timetable import visible_days
from rules.wall_time import to_local

#: Text size in points, from roomy to tight; a day with more goes on over a second sheet. What is
#: on is read from two metres: it has the size itself, the smallest text is 0.7 of it.
SIZES = (32, 30, 28, 26, 24, 22, 20, 18)
#: Large print has no text under 18 points.
LARGE_SIZES = (36, 33, 30, 27, 24)
#: How large the word is that says it all, in times the text, by how it is set; a long one is as
#: large as fits on a line of this many points, in a face that is a little wider than the text's.
WORD_SIZES = {"open": 5.6, "shut": 5.6, "unsure": 3.0}
_WORD_ROOM, _WIDER = 480, 1.12

#: From when until when.
_Times = tuple[dt.time, dt.time]


@dataclass(frozen=True)
class Line:
    """One activity of the day. off: why people need not come for it, or empty."""

    times: str
    title: str
    room: str
    pictogram: str
    category: str
    off: str


@dataclass(frozen=True)
class DoorSheet:
    """What the sheet says.

    word: 'Open', 'Dicht', or a word that promises nothing; look: how it is set.
    hours: when the house is open today. hosts: who is there, in sentences.
    sentences: what to know besides. ask: whether to ring before coming.
    """

    word: str
    look: str
    hours: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    ask: bool = False


def door_page(
    house: House, day: dt.date, now: dt.datetime, base_url: str, look: Look = PLAIN
) -> Page:
    """The door sheet of a day as HTML, ready to be printed. At most eleven queries, in another
    language than Dutch twelve.

    now: naive UTC; on the day itself hours that are over are not offered any more. base_url:
    scheme and host that the QR code carries, without a slash at the end.
    """
    with speaking(look.language):
        return _door_page(house, day, now, base_url, look)


def _door_page(house: House, day: dt.date, now: dt.datetime, base_url: str, look: Look) -> Page:
    here = to_local(now)
    time = here.time() if here.date() == day else dt.time.min
    check = may_we_open(house, day)
    today = visible_days(house, day, day)[0]
    no_more_than(len(today.lines))
    left = [each for each in today.lines if (each.end_time or each.start_time) > time]
    has_programme = any(_is_on(each, day) for each in left)
    said = door_sheet(check, time, has_programme=has_programme)
    # While the house is open, the sheet tells of the whole day; afterwards only what is to come.
    shown = left if said.look == "shut" else today.lines
    texts = titles_of(each.activity_id for each in shown)
    # 'The next time' is today while there is still something to come for.
    coming = next_opening(house, day) if said.look == "shut" and not has_programme else None
    address = f"{base_url}/h/{house.slug}/"
    whole = html(
        "door.html",
        look,
        house=house,
        day=sentence_start(long_date(day)),
        said=said,
        lines=[_line(each, day, texts) for each in shown],
        coming=coming and (long_date(coming.day), _hours(coming.spans)),
        phone=phone(house.phone),
        qr=qr_code(address),
        address=address,
    )
    # The word to fill in stands before all that a house wrote, which may hold the same letters.
    sizes = LARGE_SIZES if look.style == "groot" else SIZES
    most = _WORD_ROOM / (max(width(word, 700) for word in said.word.split()) * _WIDER)
    return Page(
        "deurbord",
        tuple(
            whole.replace("SIZE", f"{size}pt", 1).replace(
                "WORD", f"{min(WORD_SIZES[said.look] * size, most):.1f}pt", 1
            )
            for size in sizes
        ),
    )


def door_sheet(check: DayCheck, time: dt.time, *, has_programme: bool) -> DoorSheet:
    """What to say of a day, at a wall time of that day (midnight: nothing is over yet).

    It says 'Open' only of hours in which somebody is on a shift, of an opening with a key-holder
    and a second person. Of a closed house it says when there is something to come for all the same.
    """
    still = (_("Wel is er vandaag een programma."),) if has_programme else ()
    if check.state is DayState.closed:
        why = (apart(check.reason),) if check.reason else ()
        return DoorSheet(_("Dicht"), "shut", sentences=(*why, *still))
    if check.state is DayState.no_hours:
        if has_programme:
            return DoorSheet(
                _("Geen inloop"),
                "unsure",
                sentences=(
                    _("Vandaag is er geen vaste openingstijd."),
                    _("Kom gerust voor het programma."),
                ),
            )
        return DoorSheet(
            _("Dicht"), "shut", sentences=(_("Vandaag is er geen vaste openingstijd."),)
        )
    left = [each for each in check.openings if each.end_time > time]
    if not left:
        return DoorSheet(
            _("Dicht"), "shut", sentences=(_("De openingstijd van vandaag is voorbij."), *still)
        )
    sure, unsure = _promised(left, time)
    if not sure:
        return DoorSheet(
            _("Nog niet zeker"),
            "unsure",
            sentences=(
                _("We hopen open te zijn: %(hours)s.", hours=_hours(unsure)),
                _("Maar we weten het nog niet zeker."),
            ),
            ask=True,
        )
    # Who opens has gone home when the first hours of the opening are over.
    with_key = [each for each in left if each.ok and any(end > time for _s, end in each.kept[:1])]
    return DoorSheet(
        _("Open"),
        "open",
        hours=tuple(_hours([times]) for times in sure),
        hosts=_hosts(with_key),
        sentences=_not_sure(unsure),
        ask=bool(unsure),
    )


def _promised(openings: list[OpeningCheck], time: dt.time) -> tuple[list[_Times], list[_Times]]:
    """The hours that can be promised and those that cannot, without what is over at a time."""
    sure: list[_Times] = []
    unsure: list[_Times] = []
    for each in openings:
        if each.ok:
            sure += each.kept
            unsure += [part[:2] for part in each.empty]
        else:
            unsure.append((each.start_time, each.end_time))
    still = [[times for times in each if times[1] > time] for each in (sure, unsure)]
    return still[0], still[1]


def _not_sure(times: list[_Times]) -> tuple[str, ...]:
    if not times:
        return ()
    return (_("Van %(hours)s weten we het nog niet zeker.", hours=_hours(times)),)


def _hours(spans: Iterable[_Times]) -> str:
    """'9.00–12.00 en 13.00–17.00 uur'."""
    return _("%(times)s uur", times=and_join([span(start, end) for start, end in spans]))


def _hosts(openings: list[OpeningCheck]) -> tuple[str, ...]:
    """Who is there: in one sentence where all openings of the day have the same people.

    Who looks for somebody to take over is not named: it may be another who comes.
    """
    if not openings:
        return ()
    names = [
        tuple(
            apart(name.replace(" ", "\u00a0"))
            for name in (each.key_holder, each.second)
            if name not in each.seeking
        )
        for each in openings
    ]
    if len(set(names)) == 1:
        return (_host_sentence(_("Vandaag"), names[0]),) if names[0] else ()
    return tuple(
        _host_sentence(_("Vanaf %(time)s uur", time=clock(each.start_time)), there)
        for each, there in zip(openings, names, strict=True)
        if there
    )


def _host_sentence(when: str, names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return _("%(when)s is %(name)s er voor je.", when=when, name=names[0])
    said = _("%(when)s zijn er voor je: %(names)s.", when=when, names=and_join(names))
    # 'Henk en Anneke H.' ends the sentence by itself.
    return said.removesuffix(".") if said.endswith("..") else said


def _is_on(occurrence: Occurrence, day: dt.date) -> bool:
    """Whether it takes place, and on this day."""
    return bool(occurrence.date == day and occurrence.state != OccurrenceState.cancelled)


def _line(occurrence: Occurrence, day: dt.date, texts: dict[int, Text]) -> Line:
    """A date of an activity as the day tells it: also one that was moved away from this day."""
    activity = occurrence.activity
    away = occurrence.date != day
    start, end = (
        (activity.start_time, activity.end_time)
        if away
        else (occurrence.start_time, occurrence.end_time)
    )
    off = ""
    if occurrence.state == OccurrenceState.cancelled:
        off = _("gaat niet door")
    elif away:
        off = _("is op %(day)s", day=long_date(occurrence.date))
    return Line(
        times=span(start, end),
        title=titled(activity, texts).title,
        room="" if off or occurrence.room is None else apart(occurrence.room.name),
        pictogram=pictogram(activity.category),
        category=category_word(activity.category),
        off=off,
    )
