"""What the pages of the roster share: which week, and the words for patterns and skills."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import FixedPlace, Rotation, ShiftPattern
from rules.notation import span
from rules.rule_words import in_words
from views.forms import QueryForm, WeekField
from views.people_forms import qualification_name

ROTATIONS = [
    ("every", _l("Elke keer")),
    ("even", _l("In even weken")),
    ("odd", _l("In oneven weken")),
    ("1", _l("1e van de maand")),
    ("2", _l("2e van de maand")),
    ("3", _l("3e van de maand")),
    ("4", _l("4e van de maand")),
    ("-1", _l("Laatste van de maand")),
]


class WeekQuery(QueryForm):
    week = WeekField()


def pattern_words(pattern: ShiftPattern) -> str:
    """When a pattern returns: 'elke donderdag, 9.45–13.00', 'bij Samen lunchen, 10.00–14.30'."""
    if pattern.activity_id is None:
        when = in_words(pattern.rule, pattern.first_date)
    else:
        when = _("bij %(activity)s", activity=pattern.activity.title)
    if pattern.start_time is not None:
        return f"{when}, {span(pattern.start_time, pattern.end_time)}"
    return _(
        "%(when)s, %(before)s minuten ervoor tot %(after)s minuten erna",
        when=when,
        before=pattern.before_minutes,
        after=pattern.after_minutes,
    )


def rotation_words(fixed: FixedPlace) -> str:
    """When somebody has a fixed seat, in the words of the form: 'in even weken'."""
    if fixed.rotation == Rotation.group:
        return group_words(fixed.groups)
    chosen = str(fixed.nth) if fixed.rotation == Rotation.nth else str(fixed.rotation)
    return _lowered(str(dict(ROTATIONS).get(chosen, chosen)))


def group_words(groups: int) -> str:
    """One of so many groups that take turns: 'eens in de 3 weken'."""
    return _("eens in de %(n)s weken", n=groups)


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def skill_words(kind: str) -> str:
    """A qualification inside a sentence: 'sleutelhouder', but 'BHV'er'."""
    name = qualification_name(kind)
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
