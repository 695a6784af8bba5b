"""Static files: named by their content, compressed once, kept by browsers for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import os.path
from functools import cache
from pathlib import Path
from typing import NamedTuple

import rjsmin
from flask import Flask, Response, abort, current_app, has_request_context, request, url_for
from werkzeug.security import safe_join

from rules.access import Access

FOLDER = Path(__file__).parent.parent / "static"
SQUEEZED = {"text/css", "text/javascript", "image/svg+xml", "application/json", "text/plain"}


class Asset(NamedTuple):
    """A file as it is served: its bytes, plain and compressed, and a name for its content."""

    plain: bytes
    squeezed: bytes | None
    version: str
    mimetype: str


def init_app(app: Flask) -> None:
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=serve)
    app.add_template_global(asset_url, "asset")


def asset_url(filename: str) -> str:
    """The address of a static file, with its content's fingerprint.

    :raises FileNotFoundError: for a name that is not there, at the first page that uses it.
    """
    version = _asset(filename).version
    # A page names a dozen, and each address takes as long to build as a small query.
    known = current_app.extensions.setdefault("asset addresses", {})
    key = (request.script_root if has_request_context() else None, filename, version)
    if key not in known:
        known[key] = url_for("static", filename=filename, v=version)
    return str(known[key])


def script(filename: str) -> str:
    """The text of a script of ours, for whoever serves it under another name.

    :raises FileNotFoundError: for a name that is not there.
    """
    return _asset(filename).plain.decode()


def version() -> str:
    """A name for all static files together: another one as soon as any of them is another."""
    return _version() if not current_app.debug else _version.__wrapped__()


@cache
def _version() -> str:
    names = sorted(
        path.relative_to(FOLDER).as_posix()
        for folder in ("*", "vendor/*", "icons/*")
        for path in FOLDER.glob(folder)
        if path.suffix in {".css", ".js", ".svg", ".png"}
    )
    every = "".join(_asset(name).version for name in names)
    return hashlib.sha256(every.encode()).hexdigest()[:10]


def serve(filename: str) -> Response:
    try:
        asset = _asset(filename)
    except FileNotFoundError:
        abort(404)
    squeeze = asset.squeezed is not None and "gzip" in request.accept_encodings
    response = Response(asset.squeezed if squeeze else asset.plain, mimetype=asset.mimetype)
    if asset.squeezed is not None:
        response.vary.add("Accept-Encoding")
    if squeeze:
        response.content_encoding = "gzip"
    response.set_etag(asset.version + ("-gzip" if squeeze else ""))
    if request.args.get("v") == asset.version:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "public, no-cache"
    return response.make_conditional(request)


# Open to all, without the gate: that asks who you are, and no database is connected for these.
serve.access = Access.public  # type: ignore[attr-defined]


def _asset(filename: str) -> Asset:
    return _read(filename) if not current_app.debug else _read.__wrapped__(filename)


@cache
def _read(filename: str) -> Asset:
    path = safe_join(str(FOLDER), filename)
    # Only a file's plain name: by 'x/../app.css' anybody could fill the memory with copies of it.
    if path is None or os.path.normpath(filename) != filename or not os.path.isfile(path):
        raise FileNotFoundError(filename)
    plain = Path(path).read_bytes()
    if filename.endswith(".js") and not filename.startswith("vendor/"):
        # What is said to who reads a script is said to no phone.
        plain = rjsmin.jsmin(plain)
    mimetype = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    squeezed = gzip.compress(plain, 9, mtime=0) if mimetype in SQUEEZED else None
    return Asset(plain, squeezed, hashlib.sha256(plain).hexdigest()[:10], mimetype)
