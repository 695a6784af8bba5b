"""The columns of the programme as a table: how each is written, and how people may write it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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
#: What else people call these columns in the lists that they have.
_ALSO = {
    "title": ("titel", "activiteit", "naam activiteit", "naam van de activiteit"),
    "category": ("categorie", "soort activiteit"),
    "when": ("dag", "dagen", "datum", "data", "hoe vaak"),
    "first_date": ("eerste keer", "vanaf", "startdatum", "begindatum"),
    "last_date": ("laatste keer", "tot en met", "t/m", "einddatum"),
    "start_time": ("tijd", "begin", "start", "begintijd", "starttijd", "aanvang"),
    "end_time": ("einde", "eind", "eindtijd"),
    "room": ("zaal", "plek", "plaats", "locatie"),
    "partner": ("partner", "organisatie"),
    "cost": ("kosten", "prijs in euro"),
    "cost_note": ("toelichting prijs",),
    "audience": ("doelgroep", "voor"),
    "summary": ("omschrijving", "beschrijving", "uitleg"),
    "sign_up": ("aanmelden",),
    "minimum": ("minimum",),
    "capacity": ("maximum", "aantal plaatsen"),
    "contact_name": ("contact", "contactpersoon"),
    "contact_phone": ("telefoonnummer", "tel"),
    "published": ("zichtbaar voor iedereen",),
}
_FIELDS = {name: field for field, own in COLUMNS.items() for name in (own, *_ALSO.get(field, ()))}

#: What to write in each column, for whoever fills one in.
EXPLAINED = {
    "title": _l("Nodig. Hoogstens 60 tekens."),
    "category": _l("Kies er één: %(words)s."),
    "when": _l("Nodig. Elke donderdag, om de week op dinsdag, laatste vrijdag, 9-12-2026."),
    "first_date": _l("Zoals 9-12-2026. Leeg: vandaag."),
    "last_date": _l("Leeg: het gaat door."),
    "start_time": _l("Nodig. Zoals 9.30."),
    "end_time": _l("Mag leeg."),
    "room": _l("Een ruimte van het huis."),
    "partner": _l("Een partner van het huis."),
    "cost": _l("Zoals 2,50 of gratis."),
    "cost_note": _l("Zoals: met koffie."),
    "audience": _l("Leeg: iedereen."),
    "summary": _l("Eén of twee zinnen."),
    "sign_up": _l("Nee, graag melden of lijst."),
    "minimum": _l("Voor hoeveel mensen gaat het door?"),
    "capacity": _l("Hoeveel mensen kunnen er mee?"),
    "contact_name": _l("Een naam."),
    "contact_phone": _l("Tien cijfers."),
    "not_in_school_holidays": _l("Ja of nee."),
    "highlighted": _l("Ja of nee."),
    "published": _l("Ja of nee. Leeg: ja."),
}

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
#: How a Dutch spreadsheet shows a day for which its column is wide enough: '9-dec-26'.
_DAY_SHOWN = re.compile(r"(\d{1,2})-([a-z]{3})\.?-(\d{4}|\d{2})", re.ASCII)
_MONTHS_SHOWN = {month[:3]: number for number, month in enumerate(notation.MONTHS, 1)} | {"mrt": 3}
#: Days and hours of a spreadsheet whose cells lost their looks: days since 1900, parts of a day.
_SERIAL = re.compile(r"[3-7]\d{4}", re.ASCII)
_PART = re.compile(r"0,\d+", re.ASCII)
_SERIAL_START = dt.date(1899, 12, 30)


class Wrong(Exception):
    """A cell that cannot be read; its text is the sentence for whoever wrote it."""


class Empty(Refused):
    """There is no table at all."""


class NoRows(Empty):
    """Below the names of the columns there is no row."""


class BadHeading(Refused):
    """The first row does not name the columns, or names one twice."""

    def __init__(self, heading: Heading):
        super().__init__(heading)
        self.heading = heading


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
            twice.append(COLUMNS[known])
        else:
            fields[known] = place
    return Heading(fields, unknown, twice)


def heading_sentence(heading: Heading) -> str:
    """What is wrong with the first row."""
    if not heading.fields:
        return _("De eerste rij noemt de kolommen, zoals: naam, wanneer, van. Die rij mist.")
    if heading.twice:
        return _("Deze kolom staat er twee keer: %(names)s.", names=", ".join(heading.twice))
    return _("Deze kolom mist: %(names)s.", names=", ".join(heading.missing))


# -- in: a cell as the form's field takes it ------------------------------------------------------


def _category(text: str) -> str:
    for value, label in CATEGORIES:
        if text.casefold() in (value, str(label).casefold()):
            return value
    if not text:
        return CATEGORIES[0][0]
    raise Wrong(_("Deze soort is er niet."))


def _sign_up(text: str) -> str:
    plain = text.casefold()
    for value, said in _SIGN_UPS.items():
        if plain == value or plain in said:
            return value
    if not text:
        return SignUpKind.none.value
    raise Wrong(_("Schrijf nee, graag melden of lijst."))


def sign_up_words() -> list[str]:
    """What may stand in the column about signing up, as the export says it."""
    return [said[0] for said in _SIGN_UPS.values()]


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
    text = _as_typed_day(text)
    if not text:
        return ""
    found = _DAY.fullmatch(text)
    turned = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text, re.ASCII)
    if found:
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        parts = year, int(found[2]), int(found[1])
    elif turned:
        parts = int(turned[1]), int(turned[2]), int(turned[3])
    else:
        raise Wrong(_("Schrijf de dag zo: 9-12-2026."))
    try:
        return dt.date(*parts).isoformat()
    except ValueError as error:
        raise Wrong(_("Deze dag is er niet.")) from error


def _as_typed_day(text: str) -> str:
    """A day as people type it, where a spreadsheet turned what they typed into its own."""
    if _SERIAL.fullmatch(text):
        return in_text(_SERIAL_START + dt.timedelta(days=int(text)))
    shown = _DAY_SHOWN.fullmatch(text.casefold())
    if shown and shown[2] in _MONTHS_SHOWN:
        return f"{shown[1]}-{_MONTHS_SHOWN[shown[2]]}-{shown[3]}"
    return text


def _number(text: str) -> str:
    # A spreadsheet may add a point and a nought.
    plain = re.sub(r"[.,]0+$", "", text)
    if plain and not re.fullmatch(r"\d{1,9}", plain, re.ASCII):
        raise Wrong(_("Schrijf een getal, zoals 12."))
    return plain


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
    "minimum": _number,
    "capacity": _number,
    "contact_phone": _phone,
    **dict.fromkeys(YES_NO, _yes),
}


def read_when(text: str, today: dt.date) -> tuple[str, dt.date | None, dt.date | None]:
    """The rule in a cell, with its first and last day where it names them.

    :raises rules.Refused: when it is no rule, in words or as :mod:`rules.recurrence` writes it.
    """
    text = _as_typed_day(text)
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
        "cost": None if cost is None else "gratis" if cost == 0 else Decimal(cost) / 100,
        "sign_up": _SIGN_UPS[activity.sign_up][0],
        "minimum": activity.minimum,
        "capacity": activity.capacity,
        "contact_phone": notation.phone(activity.contact_phone),
        **{name: "ja" if getattr(activity, name) else "nee" for name in YES_NO},
    }
    return [values[name] if name in values else getattr(activity, name) for name in COLUMNS]


def _when(activity: Activity, today: dt.date) -> Cell:
    """A day, or words where these say exactly the rule; else the rule itself."""
    rule, first, last = activity.rule, activity.first_date, activity.last_date
    days = parse(rule).dates
    if days:
        # Those outside of its days have never been, and will not be.
        within = [day for day in days if first <= day <= (last or dt.date.max)] or days
        if len(within) == 1:
            # A spreadsheet that meets it as text would make it a day in its own way.
            return within[0]
        rule = "RDATE:" + ",".join(f"{day:%Y%m%d}" for day in within)
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
            "cost": Decimal(3),
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
            "when": monday + dt.timedelta(days=16),
            "start_time": dt.time(19),
            "end_time": dt.time(21),
            "cost": "gratis",
            "audience": "buurtbewoners",
            "published": "ja",
        },
    ]
    return [[sample.get(name) for name in COLUMNS] for sample in samples]


def explained() -> list[tuple[str, str]]:
    """The name of each column, and what to write in it."""
    kinds = ", ".join(str(label).casefold() for _value, label in CATEGORIES)
    # The words stand in only one of them; the others have no place for any.
    return [(name, str(EXPLAINED[field]) % {"words": kinds}) for field, name in COLUMNS.items()]


def table_of(rows: Iterable[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """Rows under the names of their columns."""
    return [list(COLUMNS.values()), *rows]


def cells_of(row: Sequence[str], heading: Heading) -> dict[str, str]:
    """The cells of a row by field; where the row is shorter, they are empty."""
    return {name: row[place] if place < len(row) else "" for name, place in heading.fields.items()}
