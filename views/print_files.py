"""A document as a file: to look at or to save, and nothing to whom has it already."""

from __future__ import annotations

from flask import Response, make_response, request

from documents.renderings import printed
from views import clock
from views.print_sheets import Sheet
from views.printing import press


def pdf(sheet: Sheet, *, to_save: bool = False) -> Response:
    """A document as a file to look at, or to save; 304 when the browser has this very one."""
    fingerprint = sheet.page.fingerprint
    if fingerprint in request.if_none_match:
        response = make_response("", 304)
    else:
        made = printed(press(), sheet.page, clock.now())
        # Of a bundle, parts may be missing: then it is another file.
        fingerprint = made.fingerprint
        response = make_response(made.bytes)
        response.mimetype = "application/pdf"
        how = "attachment" if to_save else "inline"
        response.headers["Content-Disposition"] = f'{how}; filename="{sheet.file_name}"'
    response.set_etag(fingerprint)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
