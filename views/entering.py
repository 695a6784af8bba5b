"""How a browser becomes somebody's, or the desk tablet of a house, and stops being it."""

from __future__ import annotations

from flask import Response, g, request, session
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from rules import access
from views import clock
from views.gate import SignedIn


def enter(secret: str) -> None:
    """Log this browser in as a device that was just added."""
    # Nothing of whoever used this browser before may stay.
    if current_user.is_authenticated:
        leave()
    session.clear()
    session.permanent = True
    standing = access.standing_of(secret)
    if standing is not None:
        login_user(SignedIn(secret, standing))
        # When it is revoked, the tablet still knows what it was.
        if standing.desk is not None:
            session["balie"] = True
        # A token for the forms to come, while the cookie is written anyway; the one of the form
        # that logged in went with the session.
        g.pop("csrf_token", None)
        generate_csrf()


def leave() -> None:
    """Log this browser out: the device is revoked, so a copied cookie is worthless, too."""
    standing = current_user.standing
    access.revoke_device(standing.person, standing.device.id, clock.now())
    logout_user()
    session.clear()


def forgetful(response: Response) -> Response:
    """On a shared browser 'back' would show the pages of who left, out of the memory."""
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def device_label() -> str:
    """What the person will recognise: 'Chrome op Android'."""
    agent = request.user_agent.string
    browsers = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "Linux": "Linux",
    }
    browser = next((name for mark, name in browsers.items() if mark in agent), None)
    system = next((name for mark, name in systems.items() if mark in agent), None)
    if browser and system:
        return _("%(browser)s op %(system)s", browser=browser, system=system)
    return browser or system or _("Onbekend apparaat")
