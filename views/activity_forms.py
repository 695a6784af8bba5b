"""The forms that add, change and stop an activity."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import Length, StopValidation

from models import Activity
from rules.horizon import FURTHEST
from views import clock
from views.forms import Form, Once
from views.programme_forms import FactsForm, day
from views.when_forms import WhenForm, choices_of


class ActivityForm(WhenForm, FactsForm):
    """What an activity is, and when."""

    shared = BooleanField(_l("We delen de ruimte, dat mag."))

    def facts(self) -> dict[str, Any]:
        """The values as the rules want them.

        :raises BadRule: when the choices make no rule.
        """
        return {**super().facts(), **self.dates_said()}


class NewActivityForm(Once, ActivityForm):
    """A new activity."""


class SeenForm(Form):
    """The plan that the person agreed to, and the dates that are to follow as well."""

    gezien = HiddenField(validators=[Length(max=64)])


class ChangeForm(ActivityForm):
    """An activity that is there."""

    since = day(_l("Vanaf wanneer geldt dit?"))
    #: Which state of the activity the person saw: somebody else may change it meanwhile.
    sequence = HiddenField()

    @classmethod
    def of(cls, activity: Activity) -> ChangeForm:
        """The form filled with what is stored."""
        form = cls(
            activity.house,
            kept=activity.partner,
            data={
                **cls.stored(activity),
                **choices_of(activity),
                "since": clock.today(),
                "sequence": activity.sequence,
            },
        )
        form.keep_rule(activity)
        return form

    def validate_since(self, field: Field) -> None:
        if field.data and field.data > clock.today() + FURTHEST:
            raise StopValidation(_("Dat is meer dan een jaar vooruit. Kies een eerdere dag."))
        last = self.last_date.data
        if field.data and last and field.data > max(last, clock.today()):
            raise StopValidation(_("Dit ligt na de laatste dag."))


class StopForm(Form):
    """After which day a series ends."""

    last_date = day(_l("Laatste keer op of voor"), required=_l("Vul de laatste dag in."))


def copied(form: NewActivityForm, activity: Activity) -> None:
    """Fill an empty form with what another activity is and when; it begins today."""
    for name, value in {**form.stored(activity), **choices_of(activity)}.items():
        form[name].data = value
    if activity.first_date < clock.today() and not activity.rule.startswith("RDATE:"):
        form.first_date.data = clock.today()
    form.last_date.data = None
    form.keep_rule(activity)
