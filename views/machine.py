"""For machines: is the app in good health?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from models import db
from views.gate import Access, gate

bp = Blueprint("machine", __name__)


@bp.get("/gezond")
@gate(Access.public)
def health() -> Response:
    """200 when the database answers; the 503 of a busy database comes from views/errors.py."""
    db.execute_sql("SELECT 1")
    return jsonify(status="ok")
