"""The one gate: who are you, which house is it about, and may you?

Every view is decorated with :func:`gate`; an address without one stops the app from starting.
Afterwards ``g.person``, ``g.house`` and ``g.role`` say who asks, and about which house; ``g.desk``
is the house whose desk tablet asks, which is no person.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from htmx_flask import make_response
from peewee import OperationalError, PeeweeException
from werkzeug.routing import IntegerConverter

from models import House, OfHouse
from rules import access
from rules.access import Access, Standing
from rules.houses import find_house
from views import clock

View = TypeVar("View", bound=Callable[..., Any])


class SignedIn(UserMixin):
    """Whom Flask-Login carries: a browser of a person, or a desk tablet. Its id is the secret of
    the device, so that revoking the device logs it out at once, also where its cookie was copied.
    """

    def __init__(self, secret: str, standing: Standing):
        self.secret = secret
        self.standing = standing

    def get_id(self) -> str:
        return self.secret


class RowId(IntegerConverter):
    """Ids as databases have them: a larger number is an unknown page, not an overflow."""

    regex = "[0-9]+"  # Not every digit of Unicode.

    def __init__(self, url_map: Any, **options: Any):
        super().__init__(url_map, min=1, max=2**31 - 1, **options)


def init_app(app: Flask) -> None:
    app.url_map.converters["id"] = RowId
    # People type addresses from paper: a slash too many is no unknown page.
    app.url_map.strict_slashes = False
    # Templates ask around() who is there; a page about a lost database must ask nobody.
    login = LoginManager(app, add_context_processor=False)
    # The device decides; a phone that changes its address or updates its browser stays known.
    login.session_protection = None

    @login.user_loader
    def load(secret: str) -> SignedIn | None:
        standing = access.standing_of(secret)
        if standing is None:
            return None
        with suppress(OperationalError):  # Whoever only looks may, while nobody can write.
            if access.seen(standing.device, clock.now()):
                # Whoever keeps coming stays logged in: the cookie's 400 days begin anew.
                session.modified = True
        return SignedIn(secret, standing)

    @app.url_defaults
    def keep_the_house(endpoint: str, values: dict[str, Any]) -> None:
        """Each link and form behind the log-in names its house, where there are several."""
        if {"huis", "row_id"} & values.keys():
            return
        slug = house_in_links()
        if slug is None:
            return
        view = app.view_functions.get(endpoint)
        if getattr(view, "of_any_house", False):
            return
        if getattr(view, "access", Access.public) is not Access.public:
            values["huis"] = slug

    @app.before_request
    def refuse_unclassified() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and not hasattr(view, "access"):
            raise LookupError(f"No gate stands before {request.endpoint}.")


def gate(
    need: Access,
    *,
    row: type[OfHouse] | None = None,
    api: bool = False,
    of_any_house: bool = False,
) -> Callable[[View], View]:
    """Let through whoever may pass, and load the row that the address names.

    :param need: the least that opens this address.
    :param row: the table of the row in the address (``<id:row_id>``); the view gets the row
        itself, and it decides which house it is about. A row of a house in which the person has no
        role does not exist for them: 404.
    :param api: answer 401 and 403 without a page, for programs.
    :param of_any_house: what is sent says which houses it is about, and each is judged there; a
        house in the address is passed over. The desk tablet may come too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            g.person = g.role = g.house = g.desk = None
            g.pop("of_several", None)
            user = current_user._get_current_object()
            if user.is_authenticated:
                g.person, g.desk = user.standing.person, user.standing.desk
            elif need is not Access.public:
                return _ask_to_log_in(need, api)
            if of_any_house:
                return view(**values)
            if g.desk is not None and not _opens_at_the_desk(need):
                return _back_to_the_desk()
            if row is not None:
                values["row"] = _row_of(row, values.pop("row_id"))
                g.house = values["row"].house
            elif need is not Access.public:
                g.house = _house_asked_for(need, values)
            if need is not Access.public:
                g.role = user.standing.role_in(g.house) if g.house else None
                if not user.standing.may(need, g.house):
                    abort(403)
            return view(**values)

        guarded.access = need  # type: ignore[attr-defined]
        guarded.of_any_house = of_any_house  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


#: What the desk tablet opens of what anybody opens: its own pages, and what machines ask for.
_AT_THE_DESK = frozenset({"desk", "machine"})
#: Where a tablet begins, as an app too; these lead to its own page.
_DOORS = frozenset({"public.index", "today.index", "counting.counter"})


def _opens_at_the_desk(need: Access) -> bool:
    if need is Access.public:
        return request.blueprint in _AT_THE_DESK
    return bool(current_user.standing.may(need, g.desk))


def _back_to_the_desk() -> Any:
    """Nothing else opens there: visitors stand at it."""
    if request.method != "GET" or request.endpoint not in _DOORS:
        abort(403)
    return redirect(url_for("desk.index", alle=request.args.get("alle")), 303)


def house_in_links() -> str | None:
    """The house that links name for people of several: what one tab chose must not decide what
    another tab writes. None for people of one house."""
    house = g.get("house")
    if house is None or g.get("person") is None:
        return None
    if "of_several" not in g:  # Once: a page has a dozen links.
        g.of_several = current_user.is_authenticated and len(current_user.standing.houses) > 1
    return house.slug if g.of_several else None


def recognise() -> None:
    """Who looks at a page that no gate stands before: an error keeps the bar of who is logged in.

    When the database cannot be asked, nobody in particular.
    """
    g.setdefault("house", None)
    if "person" not in g:
        g.person = g.desk = None
        g.pop("of_several", None)
        with suppress(PeeweeException):
            if current_user.is_authenticated:
                g.person, g.desk = current_user.standing.person, current_user.standing.desk
                g.house = g.house or _usual_house(current_user.standing.houses)


def public_house(slug: str) -> House:
    """A house by the name in a public address; 404 when there is none."""
    house = find_house(slug)
    if house is None:
        abort(404)
    return house


def _row_of(table: type[OfHouse], row_id: int) -> OfHouse:
    row = (
        table.select(table, House)
        .join(House, on=(table.house == House.id))
        .where(table.id == row_id)
        .first()
    )
    if row is None or current_user.standing.role_in(row.house) is None:
        abort(404)
    return row


def _house_asked_for(need: Access, values: dict[str, Any]) -> House | None:
    """The house in the address; else the one chosen before; else the first that this page opens."""
    standing: Standing = current_user.standing
    slug = values.pop("huis", None) or request.args.get("huis")
    if slug is not None:
        for house in standing.houses:
            if house.slug == slug:
                if session.get("huis") != slug:
                    session["huis"] = slug
                return house
        abort(404)
    allowed = [house for house in standing.houses if standing.may(need, house)]
    return _usual_house(allowed or standing.houses)


def _usual_house(houses: list[House]) -> House | None:
    """The one that was chosen before, else the first."""
    chosen = [house for house in houses if house.slug == session.get("huis")]
    return next(iter(chosen or houses), None)


def _ask_to_log_in(need: Access, api: bool) -> Any:
    if api:
        abort(401)
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    # A tablet that was the desk, or is to be, wants a code; nobody logs in there.
    if need is Access.desk or session.get("balie"):
        door = url_for("desk.pair")
    else:
        door = url_for("account.log_in", next=here)
    if request.headers.get("HX-Request"):
        return make_response("", 401, redirect=door)
    return redirect(door, 303)
