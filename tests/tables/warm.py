"""Processes of the program that start at once: Python and its libraries are loaded by one, and each run is its fork.

`python()` is a command that is used as `[sys.executable]` would be: with `-c SCRIPT`, or the path of a script, and
arguments. It has the folder, the environment, the open files and the exit code of a process of its own, also on a
pseudo-terminal. Not for tests of signals, of closed streams, or of what the program loads when.

This file is all three: the command (started without the site, so within milliseconds), the process that forks, and
what tests import.
"""

from __future__ import annotations

import os
import socket
import sys

_MODES = ("r", "w", "w")
#: Made at the first use, one for all tests of a worker.
_COMMAND: list[str] = []


def python() -> list[str]:
    """Return the command; the process that forks ends with the one that asked first."""
    if not _COMMAND:
        _COMMAND.extend(_start())
    return list(_COMMAND)


def _start() -> list[str]:
    import atexit
    import shutil
    import subprocess
    import tempfile

    folder = tempfile.mkdtemp(prefix="warm-")
    address = f"{folder}/socket"
    keeper = subprocess.Popen(
        [sys.executable, __file__, "--serve", address], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert keeper.stdin
    assert keeper.stdout
    assert keeper.stdout.readline() == b"ready\n"

    def end() -> None:
        keeper.communicate()  # its standard input ends, and so does it
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return [sys.executable, "-I", "-S", __file__, address]


def _ask(address: str, words: list[str]) -> int:
    """Have the words run by a fork, and return how it ended: its exit code, or minus the signal."""
    mask = os.umask(0)
    os.umask(mask)
    environment = [f"{name}={value}" for name, value in os.environ.items()]
    parts = [os.getcwd(), str(mask), str(len(words)), *words, *environment]  # noqa: PTH109  # without pathlib, which takes longer than all of this
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        message = "\0".join(parts).encode("utf-8", "surrogateescape")
        socket.send_fds(line, [len(message).to_bytes(4, "little")], [0, 1, 2])
        line.sendall(message)
        return int(line.recv(16) or b"1")


def _serve(address: str) -> list[str]:
    """Load the program, then wait for what is asked; returns in each fork that is to run it, with its words."""
    import importlib
    import pkgutil
    import select

    import wbc_tracker

    for module in pkgutil.walk_packages(wbc_tracker.__path__, "wbc_tracker."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.cli.app import command_line

    assert load_catalog().spellings
    assert command_line()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            ready, _, _ = select.select([door, 0], [], [])
            if 0 in ready:
                os._exit(0)
            line, _ = door.accept()
            if os.fork() == 0:
                break
            line.close()
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
    return _attend(line)


def _attend(line: socket.socket) -> list[str]:
    """Fork once more, and tell the end of that one; return in it, with the words it has to run."""
    size, files, _, _ = socket.recv_fds(line, 4, 3)
    message = b""
    while len(message) < int.from_bytes(size, "little"):
        message += line.recv(65536)
    folder, mask, count, *rest = message.decode("utf-8", "surrogateescape").split("\0")
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        line.send(str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    line.close()
    os.chdir(folder)
    os.umask(int(mask))
    os.environ.clear()
    os.environ.update(each.split("=", 1) for each in rest[int(count) :])
    _open_streams(files)
    return rest[: int(count)]


def _open_streams(files: list[int]) -> None:
    """Let standard input, output and error be these files, with what the environment says of them."""
    import io

    for place, file in enumerate(files):
        os.dup2(file, place)
        os.close(file)
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "utf-8").partition(":")
    streams = []
    for place, mode in enumerate(_MODES):
        is_error = place == 2
        raw = io.open(place, f"{mode}b", closefd=False)  # noqa: SIM115, UP020
        streams.append(
            io.TextIOWrapper(
                raw,
                encoding=encoding,
                errors="backslashreplace" if is_error else errors or "strict",
                line_buffering=is_error or os.isatty(place),
            )
        )
    sys.stdin, sys.stdout, sys.stderr = streams


def _run(words: list[str]) -> None:
    """Run `-c SCRIPT ARGUMENTS` or `PATH ARGUMENTS` as Python itself would."""
    import runpy
    import time

    time.tzset()
    if words[0] == "-c":
        sys.argv = ["-c", *words[2:]]
        exec(compile(words[1], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        _run(_serve(sys.argv[2]))
    else:
        how = _ask(sys.argv[1], sys.argv[2:])
        if how < 0:
            os.kill(os.getpid(), -how)
        sys.exit(how)
