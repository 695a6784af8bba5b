"""The programme as a table, read row by row: what each would become, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, StringField
from wtforms.widgets import TextArea

from documents import tables
from models import Activity, House
from rules import Refused, programme_import
from rules.programme import check_dates
from rules.recurrence import parse
from rules.rule_words import in_words
from views.forms import Form, Once, text
from views.programme_forms import FactsForm, day
from views.programme_table_columns import (
    COLUMNS,
    READERS,
    Heading,
    Wrong,
    cells_of,
    read_heading,
    read_when,
)
from views.refusals import status_and_sentence

NEXT_DATES = 3
#: The columns whose wrong text the form's own fields would call wrong in general words.
_RAW_IS_WRONG = frozenset({"start_time", "end_time", "first_date", "last_date"})


class TableForm(Once, Form):
    """A table that was pasted or uploaded, and what to do with its rows."""

    table = StringField(
        _l("Plak hier je tabel"),
        widget=TextArea(),
        render_kw={"rows": 8, "wrap": "off", "spellcheck": "false", "autocapitalize": "off"},
    )
    file = FileField(_l("Of kies een bestand"), render_kw={"accept": ".csv,.txt,.xlsx,.xlsm"})
    leave_wrong = BooleanField(_l("Laat de foute rijen weg"))
    #: Of which table the person saw what it would become.
    seen = HiddenField()

    def read(self) -> tables.Table:
        """The table that was sent, corrections worked in; its text is in ``table`` from now on.

        :raises rules.Refused: when it cannot be read as a table.
        """
        upload = self.file.data
        if upload:
            # One byte more than may be is enough to know.
            read = tables.read_file(upload.read(tables.MOST_BYTES + 1))
            self.table.data = tables.write_text(read.rows)
            return read
        read = tables.read_text(self.table.data or "")
        if corrected(read.rows, request.form):
            self.table.data = tables.write_text(read.rows)
        return read

    @property
    def mark(self) -> str:
        """What tells this table from another one."""
        return sha256(
            (self.table.data or "").replace("\r\n", "\n").encode("utf-8", "replace")
        ).hexdigest()[:16]

    @property
    def wants_storing(self) -> bool:
        return request.form.get("doe") == "opslaan"


class RowForm(FactsForm):
    """One row, seen as the form for one activity: the same fields, the same sentences."""

    when = text(_l("Wanneer"), 3000, required=_l("Schrijf wanneer het is."))
    first_date = day(_l("Eerste dag"))
    last_date = day(_l("Laatste dag"))

    def __init__(self, house: House):
        super().__init__(house, meta={"csrf": False}, formdata=None)
        self.named = {
            name: {row.name.casefold(): row for row in rows.values()}
            for name, rows in (("room", self.rooms), ("partner", self.partners))
        }

    def read(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Take over the cells of a row; returns the sentences for those that are wrong."""
        typed: dict[str, str] = dict.fromkeys(READERS, "") | {"published": "y"}
        wrong: dict[str, str] = {}
        for name, cell in cells.items():
            if name == "published" and not cell:
                continue
            try:
                typed[name] = self._as_typed(name, cell)
            except Wrong as error:
                typed[name] = "" if name in _RAW_IS_WRONG else cell
                wrong[name] = str(error)
        self.process(MultiDict({"room": "0", "partner": "0"} | self._filled(typed)))
        self.validate()
        return {name: str(said[0]) for name, said in self.errors.items()} | wrong

    def _as_typed(self, name: str, cell: str) -> str:
        if name in self.named:
            if not cell:
                return "0"
            row = self.named[name].get(" ".join(cell.split()).casefold())
            if row is None:
                raise Wrong(self._not_here(name))
            return str(row.id)
        return READERS[name](cell) if name in READERS else cell

    def _not_here(self, name: str) -> str:
        known = ", ".join(
            row.name for row in (self.rooms if name == "room" else self.partners).values()
        )
        if not known:
            return _("Het huis heeft er nog geen. Laat dit leeg.")
        return _("Dit is er niet. Kies uit: %(words)s.", words=known)

    @staticmethod
    def _filled(typed: Mapping[str, str]) -> dict[str, str]:
        # A box that is not ticked is not sent.
        ticks = ("not_in_school_holidays", "highlighted", "published")
        return {name: value for name, value in typed.items() if value or name not in ticks}


@dataclass
class Row:
    """A row of the table and what it would become.

    key: names the row in the page that shows it, as long as its text stays.
    errors: the sentence for each field that is wrong.
    there: the activity on the programme that is the same. double: the row above that is.
    left: the person leaves it out. asked: they want it although it is there.
    """

    number: int
    key: str
    cells: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    identity: programme_import.Identity | None = None
    said: str = ""
    dates: list[dt.date] = field(default_factory=list)
    there: Activity | None = None
    double: int | None = None
    left: bool = False
    asked: bool = False

    @property
    def title(self) -> str:
        return self.cells.get("title", "")

    @property
    def state(self) -> str:
        """'left', 'there', 'double', 'wrong' or 'new'."""
        if self.left:
            return "left"
        if not self.asked and (self.there or self.double):
            return "there" if self.there else "double"
        return "wrong" if self.errors else "new"

    @property
    def wrong(self) -> list[tuple[str, str, str, str]]:
        """Of each wrong cell its field, column, text and sentence, in the order of the columns."""
        return [
            (name, COLUMNS[name], self.cells.get(name, ""), self.errors[name])
            for name in COLUMNS
            if name in self.errors
        ]


@dataclass
class Plan:
    """A whole table: its rows in order, and the columns that nobody knows."""

    rows: list[Row]
    heading: Heading
    table: tables.Table

    @cached_property
    def by_state(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.state, []).append(row)
        return found

    def of(self, *states: str) -> list[Row]:
        """The rows in some states, in order."""
        return [row for row in self.rows if row.state in states]


def keys_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """A name for each row that follows from its text; equal rows are counted."""
    seen: dict[str, int] = {}
    keys = []
    for row in rows:
        key = sha256("\x1f".join(row).encode("utf-8", "replace")).hexdigest()[:10]
        seen[key] = seen.get(key, 0) + 1
        keys.append(f"{key}-{seen[key]}")
    return keys


def corrected(rows: list[list[str]], typed: Mapping[str, str]) -> bool:
    """Work corrections of single cells ('fix-<key>-<field>') into the rows; whether any was."""
    found = [name for name in typed if name.startswith("fix-")]
    start = next((place for place, row in enumerate(rows) if row), None)
    if not found or start is None:
        return False
    heading = read_heading(rows[start])
    places = dict(heading.fields)
    by_key = dict(zip(keys_of(rows), rows, strict=True))
    changed = False
    for name in found:
        key, _dash, field_name = name.removeprefix("fix-").rpartition("-")
        row, value = by_key.get(key), " ".join(typed[name].split())
        if row is None or field_name not in COLUMNS:
            continue
        if field_name not in places:
            if not value:
                continue
            places[field_name] = len(rows[start])
            rows[start].append(COLUMNS[field_name])
        place = places[field_name]
        row.extend("" for _missing in range(place + 1 - len(row)))
        if row[place] != value:
            row[place] = value
            changed = True
    return changed


def read_plan(house: House, table: tables.Table, today: dt.date) -> Plan:
    """What a table would become; the ticks of the request say what to leave out or to add anyway.

    :raises rules.Refused: when it does not name its columns, or has no rows.
    """
    start = next((place for place, row in enumerate(table.rows) if row), None)
    if start is None:
        raise Empty
    heading = read_heading(table.rows[start])
    if heading.missing or heading.twice:
        raise BadHeading(heading)
    keys = keys_of(table.rows)
    here = {}
    for activity in programme_import.programme_of(house):
        here[_identity_of(activity)] = activity
    left, asked = set(request.form.getlist("weg")), set(request.form.getlist("toch"))
    form = RowForm(house)
    rows, first_of = [], {}
    for place, cells in enumerate(table.rows):
        if place <= start or not cells:
            continue
        row = Row(place + 1, keys[place], cells_of(cells, heading))
        row.left, row.asked = row.key in left, row.key in asked
        _fill(row, form, today)
        if row.identity is not None:
            row.there = here.get(row.identity)
            if not row.left:
                row.double = first_of.setdefault(row.identity, row.number)
                row.double = None if row.double == row.number else row.double
        rows.append(row)
    if not rows:
        raise Empty
    return Plan(rows, heading, table)


def _identity_of(activity: Activity) -> programme_import.Identity:
    return programme_import.identity(
        activity.title,
        activity.rule,
        activity.first_date,
        activity.last_date,
        activity.start_time,
    )


def _fill(row: Row, form: RowForm, today: dt.date) -> None:
    """Say of a row what it would become, as far as it can be read."""
    row.errors = form.read(row.cells)
    first, last = form.first_date.data, form.last_date.data
    if row.errors.keys() & {"when", "first_date", "last_date"}:
        return
    try:
        rule, first, last = _days(form.when.data, first, last, today)
        row.said = in_words(rule, first)
        row.dates = programme_import.next_dates(rule, first, last, today, NEXT_DATES)
        if not row.dates:
            check_dates(rule, first, last)
    except Wrong as error:
        row.errors[error.args[1]] = error.args[0]
        return
    except Refused as refusal:
        row.errors["when"] = status_and_sentence(refusal)[1]
        return
    if form.start_time.data and form.title.data:
        row.identity = programme_import.identity(
            form.title.data, rule, first, last, form.start_time.data
        )
    if not row.errors:
        row.facts = form.facts() | {"rule": rule, "first_date": first, "last_date": last}


def _days(
    typed: str, first: dt.date | None, last: dt.date | None, today: dt.date
) -> tuple[str, dt.date, dt.date | None]:
    """The rule with its first and last day, from the words and from the columns beside them."""
    rule, begin, end = read_when(typed, today)
    parsed = parse(rule)
    if parsed.dates:
        first, last = first or parsed.dates[0], last or parsed.dates[-1]
        if parsed.dates[0] < first:
            raise Wrong(_("De eerste keer is al eerder."), "first_date")
        if parsed.dates[-1] > last:
            raise Wrong(_("De laatste keer is later."), "last_date")
        return rule, first, last
    for given, said, name in ((first, begin, "first_date"), (last, end, "last_date")):
        if given and said and given != said:
            raise Wrong(_("Bij ‘wanneer’ staat een andere dag."), name)
    first, last = first or begin, last or end
    if first is None and parsed.interval > 1:
        raise Wrong(_("Vul de eerste dag in. Dan weten we welke weken."), "first_date")
    first = first or today
    if last and last < first:
        raise Wrong(_("De laatste dag ligt voor de eerste."), "last_date")
    return rule, first, last


class Empty(Refused):
    """There is no row that could become an activity."""


class BadHeading(Refused):
    """The first row does not name the columns, or names one twice."""

    def __init__(self, heading: Heading):
        super().__init__(heading)
        self.heading = heading


def heading_sentence(refusal: BadHeading) -> str:
    """What is wrong with the first row."""
    heading = refusal.heading
    if not heading.fields:
        return _("De eerste rij noemt de kolommen, zoals: naam, wanneer, van. Die rij mist.")
    if heading.twice:
        return _("Deze kolom staat er twee keer: %(names)s.", names=", ".join(heading.twice))
    return _("Deze kolom mist: %(names)s.", names=", ".join(heading.missing))
