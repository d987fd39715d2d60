"""The program as a process that can be killed: loaded once and forked, or through the real command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn

REAL = [sys.executable, "-c", "from wbc_tracker.cli import main; main()"]
AS_OF = "2026-11-23"
_PATIENCE_S = 120
_LOADED_LATE = ("cli.app", "importing", "render.html.charts", "render.html.patient", "store.keeping.restoring")
_PAUSE_S = 0.002


@dataclass(frozen=True)
class Ended:
    """How a process ended: exit code (negative: the signal that ended it), and what it said."""

    code: int
    out: str
    err: str

    @property
    def last_sentence(self) -> str:
        lines = self.err.splitlines()
        return lines[-1] if lines else ""

    @property
    def words(self) -> str:
        return f"exit {self.code}: {(self.last_sentence or self.out.strip())[:160]!r}"


@dataclass
class Process:
    """A process of the program, and where its two streams go."""

    number: int
    streams: Path

    def send(self, which: signal.Signals) -> None:
        """Send a signal; whoever has ended already has not been waited for, so nobody else has its number."""
        os.kill(self.number, which)

    def wait(self) -> Ended:
        until = time.monotonic() + _PATIENCE_S
        while True:
            ended, status = os.waitpid(self.number, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > until:
                os.kill(self.number, signal.SIGKILL)
                os.waitpid(self.number, 0)
                raise SystemExit(f"{self.streams} hangs")
            time.sleep(_PAUSE_S)
        texts = [(self.streams / name).read_text(encoding="utf-8", errors="replace") for name in ("out", "err")]
        return Ended(os.waitstatus_to_exitcode(status), *texts)


class Program:
    """Starts the program in a folder, with the store `store.db` in it unless the words say otherwise."""

    def __init__(self, streams: Path) -> None:
        self._streams = streams
        self._started = 0
        _load()

    def run(self, folder: Path, *words: str) -> Ended:
        return self.start(folder, *words).wait()

    def start(self, folder: Path, *words: str, before: Callable[[], None] = lambda: None) -> Process:
        """Fork this process, which has everything loaded, and run the program in the child."""
        streams = self._fresh()
        number = os.fork()
        if not number:
            try:
                _enter(folder, streams)
                before()
            except BaseException:
                os._exit(99)
            _become(words)
        return Process(number, streams)

    def start_real(self, folder: Path, *words: str) -> Process:
        """Start Python anew, as a user does."""
        streams = self._fresh()
        with (streams / "out").open("wb") as out, (streams / "err").open("wb") as err:
            child = subprocess.Popen(
                [*REAL, *words],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=os.environ | _settings(folder),
                preexec_fn=_hear_signals,
            )
        child.returncode = 0  # it is waited for below, by its number
        return Process(child.pid, streams)

    def all_of(self, folder: Path, lines: Sequence[Sequence[str]]) -> list[Ended]:
        """Run several lines one after the other in one child, each with streams of its own."""
        streams = [self._fresh() for _ in lines]
        number = os.fork()
        if not number:
            _run_all(folder, lines, streams)
        Process(number, streams[0]).wait()
        told = []
        for each in streams:
            code = (each / "code").read_text() if (each / "code").exists() else "-99"
            told.append(Ended(int(code), *((each / n).read_text(errors="replace") for n in ("out", "err"))))
        return told

    def _fresh(self) -> Path:
        self._started += 1
        streams = self._streams / str(self._started)
        streams.mkdir(parents=True)
        for name in ("out", "err"):
            (streams / name).touch()
        return streams


def _load() -> None:
    """Load what commands load when they are needed, so that no child has to."""
    from wbc_tracker.catalog import load_catalog, load_drugs, load_events
    from wbc_tracker.catalog.profiles import load_profiles

    for name in _LOADED_LATE:
        import_module(f"wbc_tracker.{name}")
    for load in (load_catalog, load_drugs, load_events, load_profiles):
        load()


def _settings(folder: Path) -> dict[str, str]:
    home = str(folder)
    return {
        "WBC_TRACKER_DB": str(folder / "store.db"),
        "HOME": home,
        "XDG_DATA_HOME": home,
        "XDG_CONFIG_HOME": home,
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }


def _hear_signals() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for which in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, signal.SIG_DFL)


def _enter(folder: Path, streams: Path) -> None:
    os.chdir(folder)
    os.environ.update(_settings(folder))
    _hear_signals()
    _lead_streams_to(streams)


def _lead_streams_to(streams: Path) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        handle = os.open(streams / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin = open(0, encoding="utf-8", closefd=False)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)


def _code_of(words: Sequence[str]) -> int:
    from wbc_tracker.cli import main

    sys.argv = ["wbc-tracker", *words]
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def _become(words: Sequence[str]) -> NoReturn:
    code = 98
    try:
        code = _code_of(words)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _run_all(folder: Path, lines: Sequence[Sequence[str]], streams: Sequence[Path]) -> NoReturn:
    try:
        os.chdir(folder)
        os.environ.update(_settings(folder))
        for words, each in zip(lines, streams, strict=True):
            _lead_streams_to(each)
            code = _code_of(words)
            sys.stdout.flush()
            sys.stderr.flush()
            (each / "code").write_text(str(code))
    finally:
        os._exit(0)
