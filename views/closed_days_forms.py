"""The forms of closed days: when and why, the answer to 'dicht?', school holidays to take over."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import InputRequired

from models import Closure, ClosureKind, House
from views.coming_days import ComingDays
from views.forms import Form, Once, choices, text
from views.programme_forms import day

CLOSURE_KINDS = [
    (ClosureKind.closed.value, _l("Het huis is dicht")),
    (ClosureKind.public_holiday.value, _l("Feestdag: dicht of open?")),
    (ClosureKind.school_holiday.value, _l("Schoolvakantie")),
]
HERE, EVERYWHERE = "huis", "alle"
WHOSE = [(HERE, _l("Dit huis")), (EVERYWHERE, _l("Alle huizen"))]
ALL = "alle"


class Seen(Form):
    """A form whose effect may be asked about: it brings what was seen of it, if anything."""

    gezien = HiddenField()

    @property
    def seen(self) -> str:
        return self.gezien.data or ""


class DaysForm(ComingDays, Seen):
    """Which days, and why."""

    furthest = dt.timedelta(days=5 * 366)
    too_far = _l("Dit is meer dan vijf jaar vooruit.")
    kind = SelectField(_l("Wat is er?"), choices=choices(CLOSURE_KINDS))
    first_date = day(_l("Eerste dag"), required=_l("Vul de eerste dag in."))
    last_date = day(_l("Laatste dag"))
    reason = text(_l("Reden"), 80, required=_l("Vul in waarom."), printed=True)

    def facts(self) -> dict[str, object]:
        """The values as the rules want them."""
        return {
            "first_date": self.first_date.data,
            "last_date": self.last_date.data or self.first_date.data,
            "kind": ClosureKind(self.kind.data),
            "reason": self.reason.data,
        }

    @classmethod
    def of(cls, closure: Closure) -> DaysForm:
        """The form filled with what is stored."""
        names = ("kind", "first_date", "last_date", "reason")
        return cls(data={name: getattr(closure, name) for name in names})


class Whose(Form):
    """For which house, where an administrator may choose."""

    voor = SelectField(_l("Voor"), choices=choices(WHOSE), default=HERE)

    def whose(self, house: House) -> House | None:
        """The house at hand, or None for all houses."""
        return None if self.voor.data == EVERYWHERE else house


class ClosureForm(Once, Whose, DaysForm):
    """Days to add."""


class AnswerForm(Seen):
    """The answer to 'dicht?'."""

    dicht = SelectField(choices=choices([("ja", _l("Ja")), ("nee", _l("Nee"))]))


class HolidayForm(AnswerForm):
    """The answer about a holiday that was only proposed."""

    dag = DateField(validators=[InputRequired()])


class TakeOverForm(Whose, Seen):
    """Which of the proposed school holidays to take over: one, by its first day, or all."""

    vakantie = HiddenField(validators=[InputRequired()])
