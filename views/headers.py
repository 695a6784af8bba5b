"""The headers of every answer: nothing from elsewhere runs, frames or learns where you were."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface
from flask_compress import Compress

POLICY = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: What an answer gets that has no such header itself.
_EVERY = {"Content-Security-Policy": POLICY, **HEADERS, "Cache-Control": "private, no-cache"}
_SECURE = {**_EVERY, "Strict-Transport-Security": "max-age=31536000"}


class CookieAsSecureAsTheRequest(SecureCookieSessionInterface):
    """What came over HTTPS sets a cookie for HTTPS alone, also where BASE_URL does not say so."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or super().get_cookie_secure(app)


def init_app(app: Flask) -> None:
    app.session_interface = CookieAsSecureAsTheRequest()
    # Pages are small, but the wifi at the door is poor. Cookies are SameSite, so that no other
    # site can make a browser ask for pages and watch their compressed size.
    app.config.setdefault("COMPRESS_ALGORITHM", ["br", "gzip"])
    app.config.setdefault("COMPRESS_BR_LEVEL", 4)
    app.config.setdefault("COMPRESS_MIMETYPES", ["text/html", "application/json", "text/calendar"])
    Compress(app)

    @app.after_request
    def add_headers(response: Response) -> Response:
        # Looked through once: setdefault does so for each of the nine, with every tap and page.
        there = {name.lower() for name, _value in response.headers}
        wanted = _SECURE if request.is_secure else _EVERY
        # Browsers show a PDF with a viewer of their own, which 'object-src none' would stop.
        if response.mimetype == "application/pdf":
            wanted = {**wanted, "Content-Security-Policy": "default-src 'self'"}
        response.headers.extend([each for each in wanted.items() if each[0].lower() not in there])
        return response
