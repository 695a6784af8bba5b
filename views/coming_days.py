"""What forms check about some coming days: a first one, and a last one that may stay empty."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from wtforms import Field
from wtforms.validators import ValidationError

from views import clock

LONGEST = dt.timedelta(days=366)


class ComingDays:
    """For forms with ``first_date`` and ``last_date``.

    furthest: further ahead a first day is a slip of the finger. too_far: the sentence for it.
    """

    first_date: Any
    last_date: Any
    furthest: dt.timedelta
    too_far: Any

    def validate_first_date(self, field: Field) -> None:
        if field.data and field.data > clock.today() + self.furthest:
            raise ValidationError(str(self.too_far))
        # Without a last day it is one day, and nothing looks at a field that is empty.
        if field.data and field.data < clock.today() and not self.last_date.data:
            raise ValidationError(_("Deze dag is al voorbij."))

    def validate_last_date(self, field: Field) -> None:
        first, last = self.first_date.data, field.data
        if first is None or last is None:
            return
        if last < first:
            raise ValidationError(_("De laatste dag ligt voor de eerste."))
        if last - first > LONGEST:
            raise ValidationError(_("Dit is langer dan een jaar."))
        if last < clock.today():
            raise ValidationError(_("Deze dagen zijn al voorbij."))
