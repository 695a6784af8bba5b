"""What a table would become, row by row, before anything of it is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from documents import tables
from models import Activity, House
from rules import Refused, notation, programme_import
from rules.programme import check_dates
from rules.recurrence import parse
from rules.rule_words import and_join, in_words
from views.programme_table_columns import (
    COLUMNS,
    BadHeading,
    Empty,
    Heading,
    NoRows,
    Wrong,
    cells_of,
    read_heading,
    read_when,
)
from views.programme_table_forms import Given, RowForm, keys_of
from views.refusals import status_and_sentence

NEXT_DATES = 3


@dataclass
class Row:
    """A row of the table and what it would become.

    number: as the spreadsheet counts. key: names the row in the page, as long as its text stays.
    errors: the sentence for each field that is wrong.
    said: when it is. soon: its next dates. over: there are none any more.
    clash: what else is in its room then.
    there: the activity on the programme that is the same. double: the row above that is.
    left: the person leaves it out. asked: they want it although it is there.
    """

    number: int
    key: str
    cells: dict[str, str]
    left: bool = False
    asked: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    identity: programme_import.Identity | None = None
    period: programme_import.Period | None = None
    said: str = ""
    soon: str = ""
    over: bool = False
    clash: programme_import.Taken | None = None
    there: Activity | None = None
    double: int | None = None

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
    """A whole table: its rows in order, and the columns that nobody knows.

    programme: the ids of the activities that it was compared with.
    options: of some columns the words to choose from.
    """

    rows: list[Row]
    heading: Heading
    table: tables.Table
    programme: set[int]
    options: Mapping[str, Sequence[str]]

    def of(self, *states: str) -> list[Row]:
        """The rows in some states, in order."""
        return [row for row in self.rows if row.state in states]

    @cached_property
    def mark(self) -> str:
        """The same as long as each row would become the same; whichever rows are left out."""
        said = [
            (
                row.number,
                row.cells,
                sorted(row.errors),
                sorted((name, str(value)) for name, value in row.facts.items()),
                row.there and row.there.id,
            )
            for row in self.rows
        ]
        return sha256(repr(said).encode("utf-8", "replace")).hexdigest()[:16]


def read_plan(house: House, given: Given, today: dt.date) -> Plan:
    """What a table would become.

    :raises rules.Refused: when it does not name its columns, or has no rows.
    """
    rows = given.table.rows
    start = next((place for place, row in enumerate(rows) if row), None)
    if start is None:
        raise Empty
    heading = read_heading(rows[start])
    if heading.missing or heading.twice:
        raise BadHeading(heading)
    keys, form, found = keys_of(rows), RowForm(house), []
    for place, cells in enumerate(rows):
        if place > start and cells:
            row = Row(place + 1, keys[place], cells_of(cells, heading))
            row.left, row.asked = place in given.left, place in given.asked
            _fill(row, form, today)
            found.append(row)
    if not found:
        raise NoRows
    here = programme_import.programme_of(house)
    _compare(found, here)
    plan = Plan(found, heading, given.table, {activity.id for activity in here}, form.options)
    new = plan.of("new")
    clashes = programme_import.first_clashes(house, [row.facts for row in new], today)
    for row, clash in zip(new, clashes, strict=True):
        row.clash = clash
    return plan


def _compare(rows: Sequence[Row], here: Sequence[Activity]) -> None:
    """Say which rows are on the programme, and which stand in the table twice."""
    programme = programme_import.by_identity(here)
    above: dict[programme_import.Identity, list[Row]] = {}
    for row in rows:
        if row.identity is None or row.period is None:
            continue
        row.there = programme_import.same_at(programme, row.identity, *row.period)
        same = above.setdefault(row.identity, [])
        for other in same:
            if other.period and programme_import.overlap(row.period, other.period):
                row.double = row.double or other.number
        # What is not stored itself makes no other row a second one.
        if row.state == "new":
            same.append(row)


def _fill(row: Row, form: RowForm, today: dt.date) -> None:
    """Say of a row what it would become, as far as it can be read."""
    row.errors = form.read(row.cells)
    if "when" in row.errors:
        return
    try:
        said = read_when(form.when.data, today)
        if row.errors.keys() & {"first_date", "last_date"}:
            return
        rule, first, last = _days(*said, form.first_date.data, form.last_date.data, today)
        check_dates(rule, first, last)
        _say_when(row, rule, first, last, today)
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
        row.period = first, last
    if not row.errors:
        row.facts = form.facts() | {"rule": rule, "first_date": first, "last_date": last}


def _say_when(row: Row, rule: str, first: dt.date, last: dt.date | None, today: dt.date) -> None:
    coming = programme_import.next_dates(rule, first, last, today, NEXT_DATES)
    row.over = not coming
    row.said = in_words(rule, first)
    dates = parse(rule).dates
    if len(dates) == 1:
        # Whoever mistook a day sees it by its weekday.
        row.said = notation.days(dates[0], dates[0])
    elif dates:
        row.soon = ", ".join(notation.long_date(day) for day in coming)
    else:
        row.soon = _days_said(coming, today)


def _days_said(days: Sequence[dt.date], today: dt.date) -> str:
    """'1, 8 en 15 december', '29 december, 5 en 12 januari 2027'."""
    months = []
    for (year, month), some in groupby(days, key=lambda each: (each.year, each.month)):
        numbers = and_join([str(each.day) for each in some])
        other_year = f" {year}" if year != today.year else ""
        months.append(f"{numbers} {notation.MONTHS[month - 1]}{other_year}")
    return ", ".join(months)


def _days(
    rule: str,
    begin: dt.date | None,
    end: dt.date | None,
    first: dt.date | None,
    last: dt.date | None,
    today: dt.date,
) -> tuple[str, dt.date, dt.date | None]:
    """The rule with its first and last day: those that the words say, and those beside them."""
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
