"""The week sheet: one week of a house by day, for the wall and to take along."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from documents.limits import no_more_than
from documents.look import PLAIN, Look
from documents.renderings import Page
from documents.sheets import category_word, html, pictogram, qr_code
from documents.speech import (
    apart,
    day_and_month,
    hours_in_words,
    long_date,
    phone,
    price,
    sentence_start,
    span,
    span_in_words,
    weekday,
    weekdays_in_words,
)
from documents.speech import days as days_in_words
from documents.titles import price_note, titled, titles_of
from documents.words import _, speaking
from models import Activity, House, Occurrence, OccurrenceState, SignUpKind
from rules.activity_texts import Text
from rules.month_words import Span
from rules.notation import iso_week
from rules.opening_up import DayCheck, DayState, week_ahead
from rules.timetable import Day, visible_days
from rules.wall_time import week_of

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Layout:
    """How roomy a sheet is: sizes in points, and the air between rows as a factor.

    facts: 'below' the title of an activity, or 'beside' it.
    """

    facts: str
    size: float
    small: float
    air: float


#: For one sheet, from roomy to tight; what does not fit runs on over a second one, in the last.
LAYOUTS = (
    Layout("below", 18, 15, 1.6),
    Layout("below", 17, 14, 1.2),
    Layout("below", 16, 13, 1),
    Layout("below", 15, 12.5, 0.7),
    Layout("beside", 15, 12.5, 1),
    Layout("beside", 14, 12, 0.8),
    Layout("beside", 13, 12, 0.5),
    Layout("beside", 12, 12, 0.2),
    Layout("below", 15, 13, 1),
)
#: In large print, on as many sheets as it takes.
LARGE_LAYOUTS = (Layout("below", 26, 20, 1.2), Layout("below", 22, 18, 1))


@dataclass(frozen=True)
class Line:
    """One activity. off: why people need not come for it, or empty; then it has no facts."""

    times: str
    title: str
    pictogram: str
    category: str
    facts: tuple[str, ...]
    off: str
    highlighted: bool


@dataclass(frozen=True)
class PaperDay:
    """A day of the week, or several that are told as one.

    name: 'Maandag', 'Zaterdag en zondag'; date: '30 november', '5 t/m 6 december'.
    hours: when the house is open; shut: 'Dicht' or another word for that it is not; why: the
    reason.
    """

    name: str
    date: str
    hours: str
    shut: str
    why: str
    lines: tuple[Line, ...]


def week_page(house: House, day: dt.date, base_url: str, look: Look = PLAIN) -> Page:
    """The week sheet of the ISO week that holds a day, as HTML, ready to be printed. At most ten
    queries.

    base_url: scheme and host that the QR code carries, without a slash at the end.
    """
    with speaking(look.language):
        return _week_page(house, day, base_url, look)


def _week_page(house: House, day: dt.date, base_url: str, look: Look) -> Page:
    monday, *_between, sunday = week_of(day)
    seen = visible_days(house, monday, sunday)
    no_more_than(sum(len(each.lines) for each in seen))
    address = f"{base_url}/h/{house.slug}/"
    whole = html(
        "week.html",
        look,
        house=house,
        week=int(iso_week(monday)[-2:]),
        dates=days_in_words(monday, sunday),
        days=paper_days(seen, week_ahead(house, monday)),
        phone=phone(house.phone),
        qr=qr_code(address),
        address=address,
    )
    layouts = LARGE_LAYOUTS if look.style == "groot" else LAYOUTS
    # The words to fill in stand before all that a house wrote, which may hold the same letters.
    return Page(
        "weekblad",
        tuple(
            whole.replace("LAYOUT", f"{each.facts} {'running' if last else 'pinned'}", 1)
            .replace("SIZE", f"{each.size}pt", 1)
            .replace("SMALL", f"{each.small}pt", 1)
            .replace("AIR", str(each.air), 1)
            for last, each in ((each is layouts[-1], each) for each in layouts)
        ),
    )


def paper_days(days: list[Day], checks: dict[dt.date, DayCheck]) -> list[PaperDay]:
    """The days of a week with something to tell. At most one query, for titles in a language.

    A house without any opening hours is not called closed on the days without programme.
    """
    texts = titles_of(each.activity_id for day in days for each in day.lines)
    has_hours = any(check.state is not DayState.no_hours for check in checks.values())
    told = []
    for day in days:
        check = checks[day.date]
        lines = tuple(_line(each, day, texts) for each in day.lines if _is_told(each, day, check))
        if lines or has_hours:
            told.append((day.date, _openness(check, bool(lines)), lines))
    found: list[PaperDay] = []
    for run in _runs(told):
        (first, (hours, shut, why), lines), last = run[0], run[-1][0]
        name, date = sentence_start(weekday(first.weekday())), day_and_month(first)
        if last > first:
            weekdays = [first.weekday() + n for n in range(len(run))]
            name = sentence_start(weekdays_in_words(weekdays))
            date = span_in_words(Span(first, last))
        found.append(PaperDay(name, date, hours, shut, why, lines))
    return found


_Openness = tuple[str, str, str]
_Told = tuple[dt.date, _Openness, tuple[Line, ...]]


def _runs(told: list[_Told]) -> list[list[_Told]]:
    """The days one by one; those that follow each other and are closed alike stand together."""
    if not told:
        return []
    runs = [[told[0]]]
    for before, each in pairwise(told):
        alike = before[1:] == each[1:] and not each[2] and not each[1][0]
        if alike and before[0] + _DAY == each[0]:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _openness(check: DayCheck, has_programme: bool) -> _Openness:
    """The hours of a day, else the word for that there are none, and why."""
    match check.state:
        case DayState.closed:
            return "", _("Dicht"), apart(check.reason)
        case DayState.no_hours:
            return "", _("Geen inloop") if has_programme else _("Dicht"), ""
        case _:
            spans = [(each.start_time, each.end_time) for each in check.openings]
            return _("Open %(hours)s", hours=hours_in_words(spans)), "", ""


def _is_told(occurrence: Occurrence, day: Day, check: DayCheck) -> bool:
    """'Dicht' says of all that is cancelled that it is off; what was moved says where it went."""
    if check.state is not DayState.closed or occurrence.date != day.date:
        return True
    return bool(occurrence.state != OccurrenceState.cancelled)


def _line(occurrence: Occurrence, day: Day, texts: dict[int, Text]) -> Line:
    """A date of an activity as the day tells it: also one that was moved away from this day."""
    activity = occurrence.activity
    away = occurrence.date != day.date
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
    facts = () if off else _facts(activity, occurrence.room.name if occurrence.room else "")
    return Line(
        times=span(start, end),
        title=titled(activity, texts).title,
        pictogram=pictogram(activity.category),
        category=category_word(activity.category),
        facts=facts,
        off=off,
        highlighted=activity.highlighted and not off,
    )


def _facts(activity: Activity, room: str) -> tuple[str, ...]:
    """'Sportzaal', 'gratis', 'opgeven aan de balie': where it is and what it asks."""
    sign_up = _("opgeven aan de balie") if activity.sign_up != SignUpKind.none else ""
    asked = price(activity.cost_cents, price_note(activity.cost_note))
    return tuple(fact for fact in (apart(room), asked, sign_up) if fact)
