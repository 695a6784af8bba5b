"""How many examples a property is tried with."""

from __future__ import annotations

import os


def often(examples: int) -> int:
    """That many on SQLite. On PostgreSQL, where each takes several times as long, a quarter: what
    the property is about was tried in full, and what its queries do there shows in any example."""
    return max(5, examples // 4) if os.environ.get("TEST_DATABASE_URL") else examples
