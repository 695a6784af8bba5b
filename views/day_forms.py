"""The forms of one counted day: its right numbers, and who was there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from rules.corrections import LONGEST_REASON, MOST, Right
from rules.day_counts import DayCounts, Key
from rules.partners_present import Presence
from views.forms import Form, Once, WholeNumber, choices, text

#: How many rows there are for an hour or an activity that is not on the page yet.
NEW_ROWS = 3
_ROW = re.compile(r"(?:n|was)_([0-9]{1,2})_([0-9]{1,9})", re.ASCII)
_IDS = re.compile(r"[0-9]{1,9}", re.ASCII)


def number(label: Any = "", most: int = MOST, **options: Any) -> WholeNumber:
    """A number of visitors; it may stay empty."""
    said = _l("Vul een aantal in van 0 tot %(most)s.", most=most)
    return WholeNumber(
        label,
        validators=[Optional(), NumberRange(0, most, said)],
        render_kw={"inputmode": "numeric", "min": 0, "max": most, "autocomplete": "off"},
        **options,
    )


class CorrectionForm(Once, Form):
    """The right numbers of a day, row by row; made by :func:`correction_form`."""

    reason = text(
        _l("Waarom?"),
        LONGEST_REASON,
        required=_l("Vul in waarom."),
        id="waarom",
    )
    #: The rows of the page, by hour and activity.
    keys: list[Key] = []

    def row(self, key: Key) -> Field:
        """The field of the number of a row."""
        return self[f"n_{key[0]}_{key[1]}"]

    @property
    def new_rows(self) -> list[tuple[Field, Field, Field]]:
        """The fields of each new row: the hour, for what, and the number."""
        return [(self[f"uur{n}"], self[f"wat{n}"], self[f"aantal{n}"]) for n in range(NEW_ROWS)]

    def rights(self) -> list[Right]:
        """What was filled in, as the rules want it; a number that was emptied stays as it was."""
        found = []
        for hour, activity in self.keys:
            was = self[f"was_{hour}_{activity}"].data or 0
            wanted = self.row((hour, activity)).data
            found.append(Right(hour, activity, was if wanted is None else wanted, was))
        return found + [
            Right(hour.data, activity.data, wanted.data, 0)
            for hour, activity, wanted in self.new_rows
            if wanted.data is not None
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        # What the page had; what came since is seen by whoever stores it.
        there = _sent_keys()
        for hour, activity, wanted in self.new_rows:
            if wanted.data is None or wanted.errors:
                continue
            if (hour.data, activity.data) in there:
                wanted.errors = [_("Dit staat er al. Verbeter het daar.")]
                fine = False
            there.add((hour.data, activity.data))
        return bool(fine)

    def show_now(self, now: Mapping[Key, int]) -> None:
        """Let the form go on from what is there by now; what was typed stays."""
        for hour, activity in now:
            name = f"was_{hour}_{activity}"
            if name in self:
                self[name].data = now[hour, activity]
                self[name].raw_data = None


def correction_form(
    day: DayCounts, activities: Mapping[int, str], hours: Iterable[int]
) -> CorrectionForm:
    """The form of a day: its rows as they are now, and those that the page had.

    :param activities: the titles of what may be chosen for a new row, by id.
    :param hours: what is offered first for a new row.
    """
    keys = sorted(set(day.rows) | (_sent_keys() if request.method == "POST" else set()))
    offered = sorted(set(hours) | {hour for hour, _activity in keys})
    others = [hour for hour in range(24) if hour not in offered]
    hour_choices = choices((hour, hour_words(hour)) for hour in [*offered, *others])
    what = choices([(0, _("Gewoon binnen")), *activities.items()])
    fields: dict[str, Any] = {"keys": keys}
    for hour, activity in keys:
        there = day.rows.get((hour, activity))
        n = there.n if there else 0
        title = (there.title if there else activities.get(activity)) or _("Gewoon binnen")
        fields[f"n_{hour}_{activity}"] = number(f"{hour}–{hour + 1} {title}", default=n)
        fields[f"was_{hour}_{activity}"] = WholeNumber(
            default=n, widget=HiddenInput(), validators=[Optional()]
        )
    for place in range(NEW_ROWS):
        fields[f"uur{place}"] = SelectField(_("Uur"), coerce=int, choices=hour_choices)
        fields[f"wat{place}"] = SelectField(_("Waarvoor"), coerce=int, choices=what)
        fields[f"aantal{place}"] = number(_("Aantal"))
    return type("DayForm", (CorrectionForm,), fields)()  # type: ignore[no-any-return]


def hour_words(hour: int) -> str:
    """'9–10 uur'."""
    return _("%(first)s–%(last)s uur", first=hour, last=hour + 1)


def spans_of_hours(hours: Iterable[int]) -> str:
    """'9–11, 19–21': hours in their order, those that follow each other as one span."""
    spans: list[list[int]] = []
    for hour in hours:
        if spans and spans[-1][1] == hour:
            spans[-1][1] = hour + 1
        else:
            spans.append([hour, hour + 1])
    return ", ".join(f"{first}–{last}" for first, last in spans)


def _sent_keys() -> set[Key]:
    found = (_ROW.fullmatch(name) for name in request.form)
    keys = {(int(match[1]), int(match[2])) for match in found if match}
    return {key for key in keys if key[0] <= 23}


class PartnersForm(Form):
    """Who was there: a box for each partner, for each opening of the day."""

    def ticked(self, every: Iterable[Presence]) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
        """The ids that are ticked, and those that were when the page was made, by opening."""
        return self._ids("er", every), self._ids("was", every)

    def _ids(self, name: str, every: Iterable[Presence]) -> dict[str, set[int]]:
        return {
            each.key: {
                int(value)
                for value in request.form.getlist(f"{name}-{each.key}")
                if _IDS.fullmatch(value)
            }
            for each in every
        }
