"""What an activity is called in the languages of the neighbours."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask import Blueprint, Response, g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import TextArea

from models import Activity
from rules.activity_texts import Text, set_texts, texts_of
from views import clock
from views.answers import back_to, page
from views.forms import Form, text
from views.gate import Access, gate
from views.language import DUTCH, LANGUAGES

bp = Blueprint("programme_texts", __name__, url_prefix="/programma/activiteit")

#: All but the one in which an activity is entered.
OTHERS = {code: language for code, language in LANGUAGES.items() if code != DUTCH}


def _with_title(form: TextsForm, field: Field) -> None:
    """A summary without a title would never be seen."""
    if not field.data and form[field.name.replace("title", "summary")].data:
        raise StopValidation(_("Vul ook de naam in."))


class TextsForm(Form):
    """A title and a summary for each language; ``title_uk``, ``summary_uk``."""

    @classmethod
    def of(cls, texts: dict[str, Text]) -> TextsForm:
        """The form filled with what is stored."""
        stored = {
            f"{name}_{code}": value
            for code, each in texts.items()
            for name, value in each._asdict().items()
        }
        return cls(data=stored)

    def texts(self) -> dict[str, Text]:
        """The values as the rules want them."""
        return {
            code: Text(self[f"title_{code}"].data, self[f"summary_{code}"].data) for code in OTHERS
        }


for _code, _language in OTHERS.items():
    _typed: dict[str, Any] = {"lang": _code, "dir": _language.direction}
    _title = text(_l("Naam"), 60, printed=True, validators=[_with_title], render_kw=_typed)
    _summary = text(
        _l("Wat is het?"), 200, printed=True, widget=TextArea(), render_kw=_typed | {"rows": 3}
    )
    setattr(TextsForm, f"title_{_code}", _title)
    setattr(TextsForm, f"summary_{_code}", _summary)


@bp.route("/<id:row_id>/talen", methods=["GET", "POST"])
@gate(Access.coordinators, row=Activity)
def texts(row: Activity) -> Response:
    form = TextsForm.of(texts_of(row))
    if form.sent():
        set_texts(row, form.texts(), g.person, clock.now())
        return back_to(url_for("programme.activity", row_id=row.id), _("Opgeslagen."))
    return page(
        "programme/texts.html",
        status=422 if form.errors else 200,
        form=form,
        activity=row,
        others=OTHERS,
        names=Locale(DUTCH).languages,
    )
