"""Who is, or would be, on two shifts at once, in words.

Of another house no title is told: that it is there, to whoever coordinates it too; else nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_login import current_user

from models import Role
from rules import notation
from rules.double_booked import Double


def would_be_elsewhere(double: Double) -> str:
    """Before it is so: 'Joop van der Berg staat dan al bij Koken, 10.00-13.00.'"""
    name, facts = double.name, _facts(double)
    if "title" in facts:
        return _("%(name)s staat dan al bij %(title)s, %(span)s.", name=name, **facts)
    if "house" in facts:
        return _("%(name)s staat dan al in %(house)s.", name=name, **facts)
    return _("%(name)s staat dan al ergens anders.", name=name)


def is_elsewhere(double: Double) -> str:
    """When it is so: 'staat ook op Koken, 10.00-13.00'."""
    facts = _facts(double)
    if "title" in facts:
        return _("staat ook op %(title)s, %(span)s", **facts)
    if "house" in facts:
        return _("staat dan ook in %(house)s", **facts)
    return _("staat dan ook ergens anders")


def would_all_be_elsewhere(doubles: Sequence[Double]) -> str:
    """A sentence for each; with its day where they are on several."""
    several = len({double.shift.date for double in doubles}) > 1
    return " ".join(
        f"{notation.long_date(double.shift.date).capitalize()}: {would_be_elsewhere(double)}"
        if several
        else would_be_elsewhere(double)
        for double in doubles
    )


def _facts(double: Double) -> dict[str, str]:
    """What may be told of the other shift: its title and hours, its house, or nothing."""
    other = double.other
    if other.house_id == double.shift.house_id:
        return {"title": other.title, "span": notation.span(other.start_time, other.end_time)}
    if current_user.standing.role_in(other.house) == Role.coordinator:
        return {"house": other.house.name}
    return {}
