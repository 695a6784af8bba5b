"""Forms that are larger than others, because a file or a whole table comes with them."""

from __future__ import annotations

from flask import request

from views.forms import csrf


def receive(most: int, *, pasted: bool = False) -> None:
    """Read a form of at most so many bytes, and check that a page of ours sent it.

    It is called behind the gate, by a view with ``@csrf.exempt``: the usual check comes before the
    gate, and would read all of it of whoever sends it.

    :param pasted: its text may be as large too, and not only a file that comes along.
    :raises RequestEntityTooLarge: when more was sent.
    """
    request.max_content_length = most
    if pasted:
        request.max_form_memory_size = most
    csrf.protect()
