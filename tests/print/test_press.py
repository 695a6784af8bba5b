"""The press: one warm worker that is killed when it must be, and fetches nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import page as validator
import pdfplumber
import pytest
from PIL import Image

from documents.press import (
    PANGO_COMMAND,
    MissingGlyph,
    Press,
    PressBusy,
    PressUnavailable,
    RenderFailed,
    RenderTimeout,
    TooLarge,
)

ROOT = Path(__file__).resolve().parents[2]
HELLO = "<html lang='nl'><head><title>Hoi</title></head><body><h1>Hoi</h1></body></html>"
#: Takes WeasyPrint many seconds.
ENDLESS = HELLO.replace("<h1>Hoi</h1>", "<h1>Hoi</h1>" + "<p>rij en nog een rij</p>" * 20_000)


@pytest.fixture
def own_press() -> Iterator[Press]:
    """A press that a test may ill-treat."""
    made = Press(time_limit=1.0)
    yield made
    made.close()


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    # A process that ended and that nobody has asked about yet is gone too.
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


def wait_until(true: object, seconds: float = 10.0) -> bool:
    """Whether a condition comes true in time."""
    assert callable(true)
    turn, end = threading.Event(), time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        turn.wait(0.01)
    return True


def test_a_page_becomes_a_valid_pdf_ua(press: Press) -> None:
    printed = press.render(HELLO)
    assert printed.pages == 1
    assert validator.is_pdf_compliant_bytes(printed.pdf, profile="ua1")


def test_the_worker_stays_warm_between_pages(press: Press) -> None:
    press.render(HELLO)
    worker = press.worker_pid
    press.render(HELLO)
    assert press.worker_pid == worker


def test_the_first_candidate_that_fits_is_printed(press: Press) -> None:
    def rows(number: int) -> str:
        return HELLO.replace("<h1>Hoi</h1>", "<h1>Hoi</h1>" + "<p>rij</p>" * number)

    candidates = [rows(number) for number in (400, 300, 200, 20, 10, 5)]
    printed = press.render_first(candidates)
    assert (printed.pages, printed.chosen) == (1, 3)
    assert press.render_first(candidates[:3]).chosen == 2, "the last one when none fits"


@pytest.mark.slow
def test_a_page_that_takes_too_long_is_stopped_and_the_next_succeeds(own_press: Press) -> None:
    own_press.render(HELLO)
    worker = own_press.worker_pid
    assert worker is not None
    with pytest.raises(RenderTimeout):
        own_press.render(ENDLESS)
    assert gone(worker)
    assert own_press.render(HELLO).pages == 1


@pytest.mark.slow
def test_a_worker_that_is_killed_in_the_middle_is_replaced(own_press: Press) -> None:
    own_press.time_limit = 10.0
    own_press.render(HELLO)
    worker = own_press.worker_pid
    assert worker is not None
    failures: list[Exception] = []

    def ask() -> None:
        try:
            own_press.render(HELLO.replace("Hoi", "Hoi" + " rij" * 30_000))
        except Exception as error:
            failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assert wait_until(lambda: own_press._turn.locked())
    os.kill(worker, signal.SIGKILL)
    asking.join(30)
    assert not failures, "the page is tried again on a fresh worker"
    assert own_press.render(HELLO).pages == 1
    assert own_press.worker_pid != worker


def test_a_picture_is_a_small_png_of_the_first_page(press: Press) -> None:
    pdf = press.render(HELLO.replace("<h1>", "<h1 style='background: #f2b134'>")).pdf
    made = press.picture(pdf, 640).pdf
    assert made.startswith(b"\x89PNG")
    with Image.open(BytesIO(made)) as picture:
        assert picture.size == (640, 906)
        colours = {colour for _n, colour in picture.convert("RGB").getcolors()}  # type: ignore[union-attr]
        assert (242, 177, 52) in colours, "the amber of the page, and no other"
    assert press.render(HELLO).pages == 1


def test_of_what_is_no_pdf_there_is_no_picture(press: Press) -> None:
    worker = press.worker_pid
    with pytest.raises(RenderFailed):
        press.picture(b"no pdf", 640)
    assert press.worker_pid == worker, "that is no reason to start anew"
    assert press.render(HELLO).pages == 1


@pytest.mark.slow
def test_a_worker_that_is_killed_while_it_draws_is_replaced(own_press: Press) -> None:
    own_press.time_limit = 20.0
    pdf = own_press.render(HELLO).pdf
    worker = own_press.worker_pid
    assert worker is not None
    drawn: list[bytes] = []
    asking = threading.Thread(target=lambda: drawn.append(own_press.picture(pdf, 9000).pdf))
    asking.start()
    assert wait_until(lambda: own_press._turn.locked())
    os.kill(worker, signal.SIGKILL)
    asking.join(60)
    assert drawn
    assert drawn[0].startswith(b"\x89PNG")


def test_two_processes_do_not_make_the_same_document_at_once(tmp_path: Path) -> None:
    """The lock of the first one ends with it, however it ends."""
    held = Press(locks=tmp_path)
    script = (
        "import sys, time; from pathlib import Path; from documents.press import Press\n"
        f"with Press(locks=Path({str(tmp_path)!r})).alone('ab12'):\n"
        "    print('mine', flush=True); time.sleep(60)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "mine\n"
    turn, entered = threading.Event(), threading.Event()

    def enter() -> None:
        with held.alone("ab12"):
            entered.set()
            turn.wait(10)

    waiting = threading.Thread(target=enter)
    waiting.start()
    with held.alone("cd34"):
        assert not entered.is_set(), "another document need not wait"
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    assert entered.wait(10)
    turn.set()
    waiting.join()


def test_where_no_lock_can_be_kept_printing_goes_on(tmp_path: Path) -> None:
    (tmp_path / "press").write_text("a file in the way")
    with Press(locks=tmp_path / "press").alone("ab12"):
        pass


@pytest.mark.slow
def test_a_worker_that_died_idle_is_replaced(own_press: Press) -> None:
    own_press.time_limit = 10.0
    own_press.render(HELLO)
    assert own_press.worker_pid is not None
    os.kill(own_press.worker_pid, signal.SIGKILL)
    assert own_press.render(HELLO).pages == 1


@pytest.mark.slow
def test_the_worker_ends_when_its_parent_ends() -> None:
    script = (
        "import os\n"
        "from documents.press import Press\n"
        f"press = Press(); press.render({HELLO!r})\n"
        "print(press.worker_pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    parent = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True)
    assert parent.returncode == -signal.SIGKILL
    worker = int(parent.stdout)
    assert wait_until(lambda: gone(worker))


@pytest.mark.slow
def test_after_a_fork_each_process_has_a_worker_of_its_own() -> None:
    script = (
        "import os\n"
        "from documents.press import Press\n"
        f"page = {HELLO!r}\n"
        "press = Press(); press.render(page)\n"
        "parents = press.worker_pid\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    press.render(page)\n"
        "    same = press.worker_pid == parents\n"
        "    press.close()\n"
        "    os._exit(1 if same else 0)\n"
        "status = os.waitpid(child, 0)[1]\n"
        "press.render(page)\n"
        "assert press.worker_pid == parents\n"
        "press.close()\n"
        "raise SystemExit(os.waitstatus_to_exitcode(status))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_too_much_html_and_too_large_a_pdf_are_refused(press: Press) -> None:
    small = Press(most_html_bytes=1000)
    with pytest.raises(TooLarge):
        small.render(HELLO + " " * 1000)
    assert small.worker_pid is None, "refused before anything starts"
    before = press.most_pdf_bytes
    press.most_pdf_bytes = 1000
    try:
        with pytest.raises(TooLarge):
            press.render(HELLO)
    finally:
        press.most_pdf_bytes = before
    assert press.render(HELLO).pages == 1


def test_a_photo_takes_nothing_of_the_room_for_words() -> None:
    page, photo = HELLO + " " * 900, "data:image/jpeg;base64," + "x" * 5000
    alike = Press(most_html_bytes=2000, most_picture_bytes=6000)
    alike._take_turn = lambda request: request  # type: ignore[method-assign, assignment, return-value]
    sent = json.loads(alike.render_first([page], pictures={"photo": photo}))  # type: ignore[arg-type]
    assert sent["pictures"] == {"photo": photo}
    with pytest.raises(TooLarge, match="pictures"):
        alike.render_first([page], pictures={"photo": photo, "logo0": photo})
    with pytest.raises(TooLarge, match="HTML"):
        alike.render_first([page, page, page], pictures={"photo": photo})


def test_who_never_had_a_turn_is_told_apart(press: Press) -> None:
    hurried = Press(time_limit=0.01)
    with hurried._turn, pytest.raises(PressBusy):
        hurried.render(HELLO)


def test_a_character_that_no_font_has_is_named_with_its_text(press: Press) -> None:
    with pytest.raises(MissingGlyph) as caught:
        press.render(HELLO.replace("<h1>Hoi</h1>", "<h1>Hoi</h1><p>Kerst 🎄 feest</p>"))
    assert caught.value.character == "🎄"
    assert caught.value.text == "Kerst 🎄 feest"
    assert str(caught.value) == "no font has '🎄' (U+1F384) of 'Kerst 🎄 feest'"


def test_letters_of_the_neighbours_languages_are_printed(press: Press, tmp_path: Path) -> None:
    names = "Café Żółw İpek Şirin Ağaoğlu ’t Veld €2,50 9.00–17.00 ‘koffie’"
    printed = press.render(HELLO.replace("Hoi", names))
    file = tmp_path / "names.pdf"
    file.write_bytes(printed.pdf)
    shown = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True).stdout
    assert "".join(names.split()) in "".join(shown.split())


def test_nothing_is_fetched(press: Press, tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><text y="40">geheim</text>'
        "</svg>"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        printed = press.render(
            HELLO.replace(
                "<h1>Hoi</h1>",
                f"<h1>Hoi</h1><img src='{secret.as_uri()}' alt='a'><img src='{address}/b' alt='b'>"
                f"<link rel='stylesheet' href='{address}/c.css'>"
                f"<style>@import '{address}/d.css'; p {{background: url({address}/e)}}</style>"
                f"<link rel='attachment' href='file:///etc/passwd'><p>tekst</p>",
            )
        )
        with pytest.raises(TimeoutError):
            server.accept()
    file = tmp_path / "page.pdf"
    file.write_bytes(printed.pdf)
    with pdfplumber.open(file) as pdf:
        assert "geheim" not in (pdf.pages[0].extract_text() or "")
        assert "EmbeddedFiles" not in str(pdf.doc.catalog)


@pytest.mark.slow
def test_without_pango_the_one_command_that_cures_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A broken library in front of the real one is what a machine without Pango looks like.
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"not a library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    broken = Press()
    with pytest.raises(PressUnavailable) as caught:
        broken.render(HELLO)
    assert caught.value.command == PANGO_COMMAND
    monkeypatch.delenv("LD_LIBRARY_PATH")
    assert broken.render(HELLO).pages == 1, "once cured, it works without a restart"
    broken.close()


@pytest.mark.slow
def test_the_app_never_imports_weasyprint() -> None:
    script = (
        "import sys, documents.poster, documents.press, documents.renderings\n"
        f"press = documents.press.Press(); press.render({HELLO!r}); press.close()\n"
        "assert 'weasyprint' not in sys.modules and 'fontTools' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_worker_leaves_no_files_behind(own_press: Press) -> None:
    own_press.render(HELLO)
    folder = own_press._worker._folder if own_press._worker else None
    assert folder is not None
    assert folder.exists()
    own_press.close()
    assert not folder.exists()
