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
        # Browsers show a PDF with a viewer of their own, which 'object-src none' would stop.
        if response.mimetype == "application/pdf":
            response.headers.setdefault("Content-Security-Policy", "default-src 'self'")
        else:
            response.headers.setdefault("Content-Security-Policy", POLICY)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
