"""A table that was pasted or uploaded, corrected, and read as the form reads one activity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, HiddenField, StringField
from wtforms.widgets import TextArea

from documents import tables
from models import House
from rules import Refused
from views.forms import TOO_LONG, Form, Once, text
from views.programme_forms import CATEGORIES, FactsForm, day
from views.programme_table_columns import (
    COLUMNS,
    READERS,
    YES_NO,
    Wrong,
    read_heading,
    sign_up_words,
)
from views.refusals import status_and_sentence

#: The columns whose wrong text the form's own fields would call wrong in general words.
_RAW_IS_WRONG = frozenset(
    {"start_time", "end_time", "first_date", "last_date", "minimum", "capacity", "category"}
)
#: What stands in text where something could not be read; browsers write it for NUL.
_LOST = "\N{REPLACEMENT CHARACTER}"
#: What is read by expressions is short; longer cells would only keep others waiting.
_LONGEST_READ = 100
_SPAN = re.compile(r"(\d[^-–]*?)\s*(?:-|–|\btot\b)\s*(\d.*)", re.ASCII)


class TableForm(Once, Form):
    """A table that was pasted or uploaded, and what to do with its rows."""

    table = StringField(
        _l("Plak hier je tabel"),
        widget=TextArea(),
        render_kw={"rows": 8, "wrap": "off", "spellcheck": "false", "autocapitalize": "off"},
    )
    file = FileField(_l("Of kies een bestand"), render_kw={"accept": ".csv,.txt,.xlsx,.xlsm"})
    leave_wrong = BooleanField(_l("Laat de foute rijen weg"))
    #: Of what the person saw that it would be stored.
    seen = HiddenField()

    @property
    def wants_storing(self) -> bool:
        return request.form.get("doe") == "opslaan"

    def read(self) -> Given | None:
        """The table that was sent, corrections worked in; its text is in ``table`` from now on.

        None when it cannot be read; then the field that holds it says why.
        """
        upload = request.files.get(self.file.name)
        typed = (self.table.data or "").strip()
        self.file.data = None
        if upload and typed:
            self.file.errors = [_("Plak een tabel, of kies een bestand. Niet allebei.")]
            return None
        try:
            if upload:
                # One byte more than may be is enough to know.
                given = Given(tables.read_file(upload.read(tables.MOST_BYTES + 1)))
                self.table.data = tables.write_text(given.table.rows)
                return given
            return self._pasted()
        except Refused as refusal:
            at = self.file if upload else self.table
            at.errors = [status_and_sentence(refusal)[1]]
            return None

    def _pasted(self) -> Given:
        table = tables.read_text(self.table.data or "")
        keys = keys_of(table.rows)
        left, asked = set(request.form.getlist("weg")), set(request.form.getlist("toch"))
        given = Given(
            table,
            {place for place, key in enumerate(keys) if key in left},
            {place for place, key in enumerate(keys) if key in asked},
        )
        if corrected(table.rows, keys, request.form):
            given.corrected = True
            self.table.data = tables.write_text(table.rows)
        return given


@dataclass
class Given:
    """A table, and which of its rows the person leaves out, or wants although they are there.

    Rows are known by their place among all rows, from 0.
    """

    table: tables.Table
    left: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    corrected: bool = False


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
        #: What a row without any column comes to.
        self.empty = {name: read("") for name, read in READERS.items()}
        self.empty |= {"room": "0", "partner": "0", "published": "y"}

    @property
    def options(self) -> dict[str, list[str]]:
        """For the columns in which one of a few words stands: these words."""
        return {
            "category": [str(label).casefold() for _value, label in CATEGORIES],
            "sign_up": sign_up_words(),
            "room": [room.name for room in self.rooms.values()],
            "partner": [partner.name for partner in self.partners.values()],
            **{name: ["ja", "nee"] for name in YES_NO},
        }

    def read(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Take over the cells of a row; returns the sentences for those that are wrong."""
        typed = dict(self.empty)
        wrong: dict[str, str] = {}
        for name, cell in _apart(cells).items():
            if name == "published" and not cell:
                continue
            try:
                typed[name] = self._as_typed(name, cell)
            except Wrong as error:
                wrong[name] = str(error)
                if name not in _RAW_IS_WRONG:
                    typed[name] = cell
        # A box that is not ticked is not sent.
        self.process(
            MultiDict({n: value for n, value in typed.items() if value or n not in YES_NO})
        )
        self.validate()
        return {name: str(said[0]) for name, said in self.errors.items()} | wrong

    def _as_typed(self, name: str, cell: str) -> str:
        if _LOST in cell:
            raise Wrong(_("Hier staat een teken dat we niet kunnen bewaren."))
        if name in READERS and len(cell) > _LONGEST_READ:
            raise Wrong(str(TOO_LONG) % {"max": _LONGEST_READ})
        if name not in self.named:
            return READERS[name](cell) if name in READERS else cell
        row = self.named[name].get(" ".join(cell.split()).casefold())
        if row is None and cell:
            raise Wrong(
                _("Deze ruimte heeft het huis niet.")
                if name == "room"
                else _("Deze partner heeft het huis niet.")
            )
        return str(row.id) if row else "0"


def _apart(cells: Mapping[str, str]) -> Mapping[str, str]:
    """'10.00-12.00' in one cell is the start and the end."""
    span = _SPAN.fullmatch(cells.get("start_time", "")[: _LONGEST_READ + 1])
    if span and not cells.get("end_time"):
        return {**cells, "start_time": span[1], "end_time": span[2]}
    return cells


def keys_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """A name for each row that follows from its text; equal rows are counted."""
    seen: dict[str, int] = {}
    keys = []
    for row in rows:
        key = sha256("\x1f".join(row).encode("utf-8", "replace")).hexdigest()[:10]
        seen[key] = seen.get(key, 0) + 1
        keys.append(f"{key}-{seen[key]}")
    return keys


def corrected(rows: list[list[str]], keys: Sequence[str], typed: Mapping[str, str]) -> bool:
    """Work corrections of single cells ('fix-<key>-<field>') into the rows; whether any was."""
    start = next((place for place, row in enumerate(rows) if row), 0)
    by_key = dict(zip(keys[start + 1 :], rows[start + 1 :], strict=True))
    places = dict(read_heading(rows[start]).fields) if by_key else {}
    changed = False
    for name in [name for name in typed if name.startswith("fix-")]:
        key, _dash, column = name.removeprefix("fix-").rpartition("-")
        row, value = by_key.get(key), typed[name].replace("\r\n", "\n").strip()
        if row is None or column not in COLUMNS or (column not in places and not value):
            continue
        if column not in places:
            places[column] = len(rows[start])
            rows[start].append(COLUMNS[column])
        place = places[column]
        row.extend("" for _missing in range(place + 1 - len(row)))
        # A field of one line shows a cell of two lines as one.
        if row[place].split() != value.split():
            row[place] = value
            changed = True
    return changed
