"""The press: the one place that runs WeasyPrint, in a warm worker process of its own.

The process of the app never imports WeasyPrint. One worker renders one page at a time; it is killed
when it takes too long and starts again at the next ask.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from documents.faces import ROOT
from documents.press_worker import read_frame, write_frame

#: What cures a machine without Pango.
PANGO_COMMAND = "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

#: The first start on a slow machine reads WeasyPrint from disk; after this it is given up.
START_SECONDS = 60.0

# Only the fonts of static/fonts exist for the worker: what is printed is the same on every machine.
_FONT_CONFIGURATION = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
    "<fontconfig><cachedir>{folder}/fontconfig</cachedir></fontconfig>\n"
)


class PressError(Exception):
    """A page could not be printed."""


class PressUnavailable(PressError):
    """This machine cannot print: Pango is missing. ``command`` cures it."""

    command = PANGO_COMMAND

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"Pango is missing ({detail}). Cure: {PANGO_COMMAND}")


class RenderTimeout(PressError):
    """The page took longer than the time limit, and its worker was stopped."""


class PressBusy(RenderTimeout):
    """Other pages took so long that it never was this one's turn."""


class TooLarge(PressError):
    """The page, its pictures or its PDF are larger than the press takes."""


class RenderFailed(PressError):
    """WeasyPrint could not make this page, or its process ended on the way."""


class _WorkerEnded(RenderFailed):
    """The process of the worker is gone, and not because its time was over."""


class MissingGlyph(PressError):
    """No shipped font has this character. ``text`` is the text in which it stands."""

    def __init__(self, text: str, character: str) -> None:
        super().__init__(text, character)
        self.text = text
        self.character = character

    def __str__(self) -> str:
        return f"no font has {self.character!r} (U+{ord(self.character):04X}) of {self.text!r}"


@dataclass(frozen=True)
class Print:
    """What was made: a PDF or a picture, its number of pages, the seconds that it took.

    chosen: which of the candidates it is.
    """

    pdf: bytes
    pages: int
    seconds: float
    chosen: int = 0


class Press:
    """A warm worker and its limits. Safe to share between threads; starts at the first ask.

    After a fork the child has a press of its own, so one made before gunicorn forks is fine.
    """

    def __init__(
        self,
        time_limit: float = 20.0,
        most_html_bytes: int = 2_000_000,
        most_picture_bytes: int = 10_000_000,
        most_pdf_bytes: int = 10_000_000,
        locks: Path | None = None,
    ) -> None:
        """time_limit: seconds for one render, and also for the wait until it is its turn.
        most_picture_bytes: of the photo and the logos of a page together, as addresses; so that
            the largest photo fits with as many of the largest logos as a house may have.
        locks: a folder that the processes of one machine share; see :meth:`alone`.
        """
        self.time_limit = time_limit
        self.most_html_bytes = most_html_bytes
        self.most_picture_bytes = most_picture_bytes
        self.most_pdf_bytes = most_pdf_bytes
        self.locks = locks
        #: How many documents the workers of this press have made.
        self.renders = 0
        self._turn = threading.Lock()
        self._worker: _Worker | None = None
        _presses.add(self)
        atexit.register(self.close)

    def warm(self) -> None:
        """Starts the worker in the background. A failure is only told to who prints."""
        threading.Thread(target=self._warm, name="press-warm", daemon=True).start()

    def render(self, html: str) -> Print:
        """Makes a PDF/UA-1 of one whole HTML document.

        Raises PressUnavailable, RenderTimeout, TooLarge, MissingGlyph or RenderFailed.
        """
        return self.render_first([html])

    def render_first(
        self,
        candidates: Sequence[str],
        most_pages: int = 1,
        *,
        spread: Sequence[str] = (),
        pictures: Mapping[str, str] | None = None,
    ) -> Print:
        """Makes a PDF/UA-1 of the first candidate on at most so many pages, else of the last.

        candidates: whole HTML documents with the same text, from roomy to tight.
        spread: what is tried on two pages when no candidate fits, from roomy to tight too.
        pictures: the data: addresses of what the candidates name as 'picture:<name>'. All of them
            show the same photo, which would not fit in the request so many times.
        Raises PressUnavailable, RenderTimeout, TooLarge, MissingGlyph or RenderFailed.
        """
        shown = dict(pictures or {})
        # A house with a photo may say as much as one without.
        of_pictures = sum(len(name) + len(address) for name, address in shown.items())
        if of_pictures > self.most_picture_bytes:
            raise TooLarge(f"{of_pictures} bytes of pictures")
        request = json.dumps(
            {
                "candidates": list(candidates),
                "most_pages": most_pages,
                "spread": list(spread),
                "pictures": shown,
                "most_bytes": self.most_pdf_bytes,
            },
            ensure_ascii=False,
        ).encode()
        if len(request) - of_pictures > self.most_html_bytes:
            raise TooLarge(f"{len(request) - of_pictures} bytes of HTML")
        printed = self._take_turn(request)
        self.renders += 1
        return printed

    def picture(self, pdf: bytes, width: int) -> Print:
        """Makes a PNG of the first page of a PDF, so many pixels wide; it stands in ``pdf``.

        Raises PressUnavailable, RenderTimeout or RenderFailed.
        """
        return self._take_turn(json.dumps({"width": width}).encode(), pdf)

    def _take_turn(self, *request: bytes) -> Print:
        if not self._turn.acquire(timeout=self.time_limit):
            raise PressBusy("other pages took too long")
        try:
            try:
                return self._ask(request)
            except _WorkerEnded:
                # Somebody ended the process, or the memory ran out: a fresh one may succeed.
                return self._ask(request)
        finally:
            self._turn.release()

    @contextmanager
    def alone(self, fingerprint: str) -> Iterator[None]:
        """While one process makes a document, the others of this machine wait for it.

        The lock ends with the process that holds it, however that ends. Without a folder, or one
        that cannot be written, all go on: then two may make the same.
        """
        handle = None
        if self.locks is not None:
            try:
                self.locks.mkdir(mode=0o700, parents=True, exist_ok=True)
                # A few hundred files for all documents that there will ever be.
                handle = (self.locks / fingerprint[:2]).open("w")
            except OSError:
                pass
        try:
            if handle is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            if handle is not None:
                handle.close()

    @property
    def worker_pid(self) -> int | None:
        """The process id of the worker, None while there is none."""
        worker = self._worker
        return worker.process.pid if worker is not None else None

    def close(self) -> None:
        """Ends the worker. The press may be used again; it then starts a new one."""
        with self._turn:
            self._dismiss()
        atexit.unregister(self.close)

    def _ask(self, request: Sequence[bytes]) -> Print:
        worker = self._ready_worker()
        try:
            return worker.ask(request, self.time_limit)
        finally:
            if not worker.alive:
                self._dismiss()

    def _warm(self) -> None:
        with self._turn:
            try:
                self._ready_worker()
            except PressError:
                self._dismiss()

    def _ready_worker(self) -> _Worker:
        if self._worker is not None and self._worker.process.poll() is not None:
            self._dismiss()
        if self._worker is None:
            self._worker = _Worker()
            try:
                self._worker.greet()
            except BaseException:
                self._dismiss()
                raise
        return self._worker

    def _dismiss(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()

    def _forget(self) -> None:
        """In a forked child: the worker belongs to the parent."""
        self._turn = threading.Lock()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.disown()


class _Worker:
    """One worker process, its pipes and its folder for temporary files."""

    def __init__(self) -> None:
        self.alive = True
        # A worker that is killed leaves its temporary fonts behind; the folder goes with it.
        self._folder = Path(tempfile.mkdtemp(prefix="buurtbord-press-"))
        configuration = self._folder / "fonts.conf"
        configuration.write_text(_FONT_CONFIGURATION.format(folder=self._folder))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "documents.press_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            bufsize=0,
            env={
                **os.environ,
                "TMPDIR": str(self._folder),
                "FONTCONFIG_FILE": str(configuration),
                "BUURTBORD_PRESS_FOLDER": str(self._folder),
            },
        )
        self._requests = cast(BinaryIO, self.process.stdin)
        self._answers = cast(BinaryIO, self.process.stdout)

    def greet(self) -> None:
        """Waits until the worker is warm. Raises PressUnavailable or RenderFailed."""
        with self._deadline(START_SECONDS):
            self._read_answer()

    def ask(self, request: Sequence[bytes], seconds: float) -> Print:
        """Sends the frames of one request and waits for its answer, at most so many seconds."""
        with self._deadline(seconds):
            try:
                for frame in request:
                    write_frame(self._requests, frame)
            except OSError as error:
                self.alive = False
                raise _WorkerEnded("the worker ended") from error
            answer = self._read_answer()
            return Print(
                pdf=self._read_frame(),
                pages=answer["pages"],
                seconds=answer["seconds"],
                chosen=answer["chosen"],
            )

    def end(self) -> None:
        self.alive = False
        self.process.kill()
        self._requests.close()
        self._answers.close()
        self.process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def disown(self) -> None:
        # While the child holds a copy of the pipe, the worker would outlive its parent.
        self._requests.close()
        self._answers.close()
        self.process.returncode = 0

    def _deadline(self, seconds: float) -> _Deadline:
        return _Deadline(self, seconds)

    def _read_answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._read_frame())
        match answer.get("error"):
            case None:
                return answer
            case "MissingGlyph":
                raise MissingGlyph(answer["text"], answer["character"])
            case "TooLarge":
                raise TooLarge("too many bytes of PDF")
            case "PressUnavailable":
                self.alive = False
                raise PressUnavailable(answer["detail"])
            case _:
                raise RenderFailed(answer.get("detail", ""))

    def _read_frame(self) -> bytes:
        try:
            return read_frame(self._answers)
        except (EOFError, OSError) as error:
            self.alive = False
            raise _WorkerEnded("the worker ended") from error


class _Deadline:
    """Kills the worker when the time is over, and says so instead of 'the worker ended'."""

    def __init__(self, worker: _Worker, seconds: float) -> None:
        self._worker = worker
        self._over = False
        self._seconds = seconds
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.daemon = True

    def _kill(self) -> None:
        self._over = True
        self._worker.process.kill()

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._timer.cancel()
        if self._over:
            # Also when the answer came at the last moment: the process is gone.
            self._worker.alive = False
            if error is not None:
                raise RenderTimeout(f"more than {self._seconds} seconds")


_presses: weakref.WeakSet[Press] = weakref.WeakSet()


def _forget_all() -> None:
    for press in list(_presses):
        press._forget()


os.register_at_fork(after_in_child=_forget_all)
