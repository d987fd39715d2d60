"""Import a file into one store after another, each in a child process that is to die.

Not a test: `test_store_crash.py` runs it as `python -m tables.dying_import`. It loads pandas once and forks, so that
a death costs little time.
It reads lines `PATH LIMIT`: LIMIT is empty, or the size in bytes beyond which the kernel ends the child when
it writes a file. On a second line the child is waited for; until then its process id cannot be given to
another process. The child prints how far it has got.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path

import pandas as pd

from tables.store import NO_REJECTS, import_info, lab_table
from wbc_tracker.store import Store


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def import_file(path: str, limit: str, table: pd.DataFrame) -> None:
    say("started", os.getpid())
    with Store(path) as store:
        if limit:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
        store._file.connection.set_trace_callback(
            lambda sql: say(sql.split()[0]) if sql[:5] in {"BEGIN", "COMMI"} else None
        )
        store.results.add(table, NO_REJECTS, import_info("big.csv"))
        store._file.connection.set_trace_callback(None)
        say("committed", Path(f"{path}-wal").stat().st_size)
    say("closed")


def main() -> None:
    lines = [
        f"p{patient:02} wbc 2020-01-01T{hour:02}:{minute:02}:00 6.1"
        for patient in range(50)
        for hour in range(12)
        for minute in range(0, 60, 12)
    ]
    table = lab_table(*lines)
    say("ready", len(table))
    for line in sys.stdin:
        path, limit = line.rstrip("\n").split("\t")
        if os.fork() == 0:
            import_file(path, limit, table)
            os._exit(0)
        sys.stdin.readline()
        os.wait()
        say("dead")


main()
