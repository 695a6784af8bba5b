"""What goes wrong is answered with a page and a sentence, never with a bare code."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask.globals import request_ctx
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from peewee import (
    DataError,
    DoesNotExist,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
)
from werkzeug.exceptions import HTTPException

from rules import Refused
from views import gate
from views.forms import BadAddress
from views.refusals import status_and_sentence


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, on_old_form)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Refused, on_refusal)
    for error in (OperationalError, InterfaceError):
        app.register_error_handler(error, on_busy_database)
    app.register_error_handler(IntegrityError, on_race)
    app.register_error_handler(DoesNotExist, on_gone)
    app.register_error_handler(DataError, on_unstorable)
    app.register_error_handler(ProgrammingError, on_wrong_schema)


def answer(status: int, sentence: str) -> Response:
    """An error as whoever asked can read it: JSON, a message for htmx, or a page."""
    if request_ctx.url_adapter is None:
        # The Host is none of ours, so no page can be addressed: only the sentence.
        response = make_response(sentence, status)
        response.mimetype = "text/plain"
    elif request.is_json or request.accept_mimetypes.best == "application/json":
        response = make_response(jsonify(error=sentence), status)
    elif request.headers.get("HX-Request"):
        # htmx would put a whole page into the corner that asked; a sentence goes to its place.
        response = make_response(render_template("errors/message.html", sentence=sentence), status)
        response.headers["HX-Retarget"] = "#melding"
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        gate.recognise()
        page = render_template("errors/page.html", status=status, sentence=sentence)
        response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def on_http(error: HTTPException) -> Any:
    code = error.code or 500
    if error.response is not None or code < 400:
        return error
    sentences = {
        400: _("Dit adres klopt niet helemaal."),
        401: _("Log eerst in."),
        403: _("Dit scherm is van de balie.") if g.get("desk") else _("Dit mag je hier niet doen."),
        404: _("Deze pagina is er niet."),
        405: _("Dit adres werkt zo niet."),
        413: _("Dit is te groot om te versturen."),
        500: _("Er ging iets mis bij ons. Probeer het zo nog eens."),
    }
    # Other descriptions are the libraries' own, in English.
    if isinstance(error, BadAddress) and error.description:
        return answer(code, error.description)
    if code == 404 and request.method == "POST":
        # A button of a page that is older than what it shows.
        return answer(code, _("Dit is er niet meer. Ga terug en kijk opnieuw."))
    return answer(code, sentences.get(code, _("Dat ging niet goed.")))


def on_refusal(refusal: Refused) -> Response:
    return answer(*status_and_sentence(refusal))


def on_old_form(_error: CSRFError) -> Response:
    return answer(400, _("Deze pagina was verouderd. Ga terug en probeer het nog eens."))


def on_busy_database(_error: Exception) -> Response:
    """Locked, full or gone: the transaction was undone, so trying again is safe."""
    response = answer(503, _("We kunnen nu niet opslaan. Probeer het zo nog eens."))
    response.headers["Retry-After"] = "5"
    return response


def on_race(error: Exception) -> Response:
    """A constraint refused what no rule foresaw: another was first. The transaction was undone."""
    current_app.logger.warning("refused by a constraint: %s", error)
    return answer(409, _("Iemand anders was net eerder. Ga terug en kijk opnieuw."))


def on_gone(error: Exception) -> Response:
    """A row went away between the gate and the verb, as the shifts of a series that changed."""
    current_app.logger.warning("gone meanwhile: %s", error)
    return answer(404, _("Dit is er niet meer. Ga terug en kijk opnieuw."))


def on_unstorable(error: Exception) -> Response:
    current_app.logger.warning("refused by the database: %s", error)
    return answer(422, _("Hier staat iets dat we niet kunnen bewaren."))


def on_wrong_schema(error: Exception) -> Response:
    current_app.logger.exception(error)
    return answer(503, _("Buurtbord wordt net bijgewerkt. Probeer het zo nog eens."))
