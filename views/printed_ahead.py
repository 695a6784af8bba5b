"""The likely next documents are made before somebody asks: after a change the posters of this month
and the next.

It is done by a thread of the app itself, a little after the change, so that no request waits for it
and a row of changes is one round. What ends half-way is made when somebody asks.
"""

from __future__ import annotations

import logging
import threading

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.blueprints import BlueprintSetupState
from flask_login import current_user
from peewee import PeeweeException

from documents.look import PLAIN
from documents.press import PressError
from documents.renderings import picture, printed
from models import House
from rules.wall_time import later_month
from views import clock
from views.print_sheets import base_url, poster_of

log = logging.getLogger("buurtbord.press")
#: How long after the last change, in seconds; who changes one thing often changes another.
PAUSE = 4.0
#: How many months from this one, and on which papers; of the first, /drukwerk shows the picture.
MONTHS, PAPERS = 2, ("a4", "a3")
#: Where what is written stands on the poster.
ON_POSTERS = ("programme", "house", "poster_edit")
#: Where one change may be about all houses.
OF_ALL_HOUSES = "programme_days"


class Ahead:
    """Makes posters of houses some time after they changed."""

    def __init__(self, app: Flask, pause: float = PAUSE):
        self._app = app
        self._pause = pause
        self._lock = threading.Lock()
        self._waiting: dict[int, str] = {}
        self._timer: threading.Timer | None = None

    def soon(self, houses: list[House], base: str) -> None:
        """What these houses hang up may have changed.

        base: scheme and host for what is printed, without a slash at the end.
        """
        with self._lock:
            self._waiting |= {house.id: base for house in houses}
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._pause, self.now)
            self._timer.daemon = True
            self._timer.start()

    def now(self) -> None:
        """Make what waits. Whatever is wrong with it, whoever asks for it learns it then."""
        with self._lock:
            waiting, self._waiting, self._timer = self._waiting, {}, None
        database = self._app.extensions["database"]
        try:
            # In a thread of its own there is none; a connection that was there stays.
            opened = database.connect(reuse_if_open=True)
            try:
                with self._app.app_context():
                    for house in House.select().where(House.id.in_(list(waiting))):
                        g.printed_for = waiting[house.id]
                        self._posters(house)
            finally:
                if opened:
                    database.close()
        except PeeweeException as error:
            log.warning("Nothing is printed ahead: %s", error)

    def _posters(self, house: House) -> None:
        press = self._app.extensions["press"]
        for later in range(MONTHS):
            for paper in PAPERS:
                sheet = poster_of(house, later_month(clock.today(), later), paper, PLAIN)
                try:
                    printed(press, sheet.page, clock.now())
                    if paper == PAPERS[0]:
                        picture(press, sheet.page, clock.now())
                except PressError as error:
                    log.info("Not printed ahead: %s", error)


def add_to(bp: Blueprint) -> None:
    """Look at what is written, where the app serves for real."""

    @bp.record_once
    def set_up(state: BlueprintSetupState) -> None:
        if state.app.config["WARM_PRESS"]:
            state.app.extensions["ahead"] = Ahead(state.app)

    @bp.after_app_request
    def after_a_change(response: Response) -> Response:
        ahead: Ahead | None = current_app.extensions.get("ahead")
        if ahead is None or request.method != "POST" or response.status_code >= 400:
            return response
        if (request.blueprint or "").startswith(ON_POSTERS) and g.get("house") is not None:
            every = request.blueprint == OF_ALL_HOUSES and current_user.is_authenticated
            ahead.soon(current_user.standing.houses if every else [g.house], base_url())
        return response
