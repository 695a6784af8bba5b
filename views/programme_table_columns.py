"""The columns of the programme as a table: how each is written, and how people may write it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from documents.tables import Cell, in_text
from models import Activity, SignUpKind
from rules import Refused, notation
from rules.programme_import import identity
from rules.recurrence import parse
from rules.rule_reading import read_words
from rules.rule_words import in_words
from views.programme_forms import CATEGORIES

#: The fields of the form, and the names of their columns. These are Dutch in every language: they
#: stand in files that people keep.
COLUMNS = {
    "title": "naam",
    "category": "soort",
    "when": "wanneer",
    "first_date": "eerste dag",
    "last_date": "laatste dag",
    "start_time": "van",
    "end_time": "tot",
    "room": "ruimte",
    "partner": "samen met",
    "cost": "prijs",
    "cost_note": "bij de prijs",
    "audience": "voor wie",
    "summary": "wat is het",
    "sign_up": "opgeven",
    "minimum": "minstens",
    "capacity": "hoogstens",
    "contact_name": "wie weet meer",
    "contact_phone": "telefoon",
    "not_in_school_holidays": "niet in schoolvakanties",
    "highlighted": "groot op de poster",
    "published": "zichtbaar",
}
REQUIRED = ("title", "when", "start_time")
YES_NO = ("not_in_school_holidays", "highlighted", "published")
_FIELDS = {name: field for field, name in COLUMNS.items()}

_YES = frozenset({"ja", "j", "x", "1", "waar", "true", "yes", "v", "✓", "✔"})
_NO = frozenset({"", "nee", "n", "0", "onwaar", "false", "no", "-"})
_SIGN_UPS = {
    SignUpKind.none.value: ("nee", "niet nodig", "n", "0"),
    SignUpKind.ask.value: ("graag melden", "graag even melden", "melden", "even melden"),
    SignUpKind.list.value: ("lijst", "met een lijst", "opgeven, met een lijst", "ja", "j", "x"),
}
_HOUR = r"([01]?\d|2[0-3])"
_TIME = re.compile(rf"{_HOUR}(?:[.:uh]([0-5]\d)(?::\d\d)?|u)?(?:uur|u)?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", re.ASCII)
#: Days and hours of a spreadsheet whose cells lost their looks: days since 1900, parts of a day.
_SERIAL = re.compile(r"[3-7]\d{4}", re.ASCII)
_PART = re.compile(r"0,\d+", re.ASCII)
_SERIAL_START = dt.date(1899, 12, 30)


class Wrong(Exception):
    """A cell that cannot be read; its text is the sentence for whoever wrote it."""


@dataclass(frozen=True)
class Heading:
    """What the first row of a table names: the place of each field, and names that are none."""

    fields: Mapping[str, int] = field(default_factory=dict)
    unknown: Sequence[str] = ()
    twice: Sequence[str] = ()

    @property
    def missing(self) -> list[str]:
        """The names of the columns that no table can do without."""
        return [COLUMNS[name] for name in REQUIRED if name not in self.fields]


def read_heading(cells: Iterable[str]) -> Heading:
    """The columns by name, in any order and capitals."""
    fields: dict[str, int] = {}
    unknown, twice = [], []
    for place, cell in enumerate(cells):
        name = re.sub(r"[\s_]+", " ", cell).strip(" ?:*.").casefold()
        known = _FIELDS.get(name)
        if known is None:
            if name:
                unknown.append(cell)
        elif known in fields:
            twice.append(name)
        else:
            fields[known] = place
    return Heading(fields, unknown, twice)


# -- in: a cell as the form's field takes it ------------------------------------------------------


def _category(text: str) -> str:
    for value, label in CATEGORIES:
        if text.casefold() in (value, str(label).casefold()):
            return value
    if not text:
        return CATEGORIES[0][0]
    kinds = ", ".join(str(label) for _value, label in CATEGORIES)
    raise Wrong(_("Kies uit: %(words)s.", words=kinds))


def _sign_up(text: str) -> str:
    plain = text.casefold()
    for value, said in _SIGN_UPS.items():
        if plain == value or plain in said:
            return value
    if not text:
        return SignUpKind.none.value
    raise Wrong(_("Schrijf nee, graag melden of lijst."))


def _time(text: str) -> str:
    plain = re.sub(r"\s+", "", text.casefold())
    if _PART.fullmatch(plain):
        minutes = min(round(float(plain.replace(",", ".")) * 1440), 1439)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    found = _TIME.fullmatch(plain)
    if plain and not found:
        raise Wrong(_("Schrijf de tijd zo: 9.30."))
    return f"{found[1]}:{found[2] or '00'}" if found else ""


def _day(text: str) -> str:
    if not text or re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return text
    if _SERIAL.fullmatch(text):
        return (_SERIAL_START + dt.timedelta(days=int(text))).isoformat()
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        return dt.date(year, int(found[2]), int(found[1])).isoformat()
    except ValueError as error:
        raise Wrong(_("Schrijf de dag zo: 9-12-2026.")) from error


def _cost(text: str) -> str:
    """An amount as the form wants it: two decimals or none, where spreadsheets leave one out."""
    plain = re.sub(r"\s*(?:euro|eur)\s*", "", text.casefold()).strip()
    plain = re.sub(r",-{1,2}$", "", plain)
    return re.sub(r"([.,]\d)$", r"\g<1>0", plain)


def _phone(text: str) -> str:
    """A number that a spreadsheet took for one has lost its first nought."""
    return f"0{text}" if re.fullmatch(r"[1-9]\d{8}", text, re.ASCII) else text


def _yes(text: str) -> str:
    if text.casefold() in _YES:
        return "y"
    if text.casefold() in _NO:
        return ""
    raise Wrong(_("Schrijf ja of nee."))


#: How the cells of some columns are read; others are text as it is.
READERS: Mapping[str, Callable[[str], str]] = {
    "category": _category,
    "sign_up": _sign_up,
    "start_time": _time,
    "end_time": _time,
    "first_date": _day,
    "last_date": _day,
    "cost": _cost,
    "contact_phone": _phone,
    **dict.fromkeys(YES_NO, _yes),
}


def read_when(text: str, today: dt.date) -> tuple[str, dt.date | None, dt.date | None]:
    """The rule in a cell, with its first and last day where it names them.

    :raises rules.Refused: when it is no rule, in words or as :mod:`rules.recurrence` writes it.
    """
    if _SERIAL.fullmatch(text):
        text = in_text(_SERIAL_START + dt.timedelta(days=int(text)))
    if text.startswith(("FREQ=", "RDATE:")):
        parse(text)
        return text, None, None
    read = read_words(text, today)
    return read.rule, read.first, read.last


# -- out: an activity as a row --------------------------------------------------------------------


def as_row(activity: Activity, today: dt.date) -> list[Cell]:
    """An activity as a row of the table, which reads back as the same activity."""
    dates = parse(activity.rule).dates
    when = _when(activity, today)
    cost = activity.cost_cents
    values: dict[str, Cell] = {
        "title": activity.title,
        "category": str(dict(CATEGORIES)[activity.category]).casefold(),
        "when": when,
        # Single days say themselves when they begin and end.
        "first_date": None if dates else activity.first_date,
        "last_date": None if dates else activity.last_date,
        "start_time": activity.start_time,
        "end_time": activity.end_time,
        "room": activity.room.name if activity.room_id else None,
        "partner": activity.partner.name if activity.partner_id else None,
        "cost": None if cost is None else "gratis" if cost == 0 else _amount(cost),
        "sign_up": _SIGN_UPS[activity.sign_up][0],
        "minimum": activity.minimum,
        "capacity": activity.capacity,
        "contact_phone": notation.phone(activity.contact_phone),
        **{name: "ja" if getattr(activity, name) else "nee" for name in YES_NO},
    }
    return [values[name] if name in values else getattr(activity, name) for name in COLUMNS]


def _amount(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _when(activity: Activity, today: dt.date) -> str:
    """In words where these say exactly the rule; else the rule itself."""
    rule, first, last = activity.rule, activity.first_date, activity.last_date
    days = parse(rule).dates
    if days:
        # Those outside of its days have never been, and will not be.
        within = [day for day in days if first <= day <= (last or dt.date.max)]
        rule = "RDATE:" + ",".join(f"{day:%Y%m%d}" for day in within or days)
    words = in_words(rule, first)
    try:
        read, begin, end = read_when(words, today)
    except Refused:
        return rule
    meant = identity("", rule, first, last, activity.start_time)
    exact = identity("", read, first, last, activity.start_time) == meant
    said_no_more = (begin is None and end is None) or bool(days)
    return words if exact and said_no_more else rule


def sample_rows(today: dt.date) -> list[list[Cell]]:
    """Two rows that show how the table is filled in."""
    monday = today + dt.timedelta(days=7 - today.weekday())
    samples: list[dict[str, Cell]] = [
        {
            "title": "Samen koken",
            "category": "eten",
            "when": "om de week op dinsdag",
            "first_date": monday + dt.timedelta(days=1),
            "start_time": dt.time(16, 30),
            "end_time": dt.time(19),
            "cost": "3,00",
            "cost_note": "met koffie",
            "summary": "Samen koken en samen eten.",
            "sign_up": "lijst",
            "minimum": 4,
            "capacity": 12,
            "not_in_school_holidays": "ja",
        },
        {
            "title": "Kerststuk maken",
            "category": "creatief",
            "when": in_text(monday + dt.timedelta(days=16)),
            "start_time": dt.time(19),
            "end_time": dt.time(21),
            "cost": "gratis",
            "audience": "buurtbewoners",
            "published": "ja",
        },
    ]
    return [[sample.get(name) for name in COLUMNS] for sample in samples]


def table_of(rows: Iterable[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """Rows under the names of their columns."""
    return [list(COLUMNS.values()), *rows]


def cells_of(row: Sequence[str], heading: Heading) -> dict[str, str]:
    """The cells of a row by field; where the row is shorter, they are empty."""
    return {name: row[place] if place < len(row) else "" for name, place in heading.fields.items()}
