"""The forms of 'Fill the month': which month, what to propose, whom to put on."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from views.forms import Form, MonthField, Once, QueryForm


class MonthQuery(QueryForm):
    maand = MonthField()


class FillForm(Once, Form):
    """Ask for a proposal."""

    extra = BooleanField(_l("Vul ook de extra plekken"))


class AcceptForm(Form):
    """Whom to put on: the seats that are ticked, or the one whose own button was pressed."""

    @property
    def chosen(self) -> set[int]:
        """The seats (ids); what is no number is no seat."""
        alone = _numbers(request.form.getlist("alleen"))
        return alone or _numbers(request.form.getlist("plek"))


def _numbers(given: Iterable[str]) -> set[int]:
    return {int(each) for each in given if each.isascii() and each.isdecimal() and len(each) < 10}
