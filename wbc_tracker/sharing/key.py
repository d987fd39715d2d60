"""The key from which the ids and the dates of a pseudonymised export come.

It is a small text file for the user alone. It holds a random secret and no id of anybody: an id is
computed from it by a keyed hash (HMAC-SHA-256), so that the same person gets the same id in every
export with that key, whatever the store or the order, and nobody without it can try ids out.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from wbc_tracker.errors import UnreadableFileError, UsageError
from wbc_tracker.files import write_new

_HEAD = "wbc-tracker key 1"
_ANY_HEAD = re.compile(r"wbc-tracker key \d+")
_WORDS = """\
# The ids and dates of `wbc-tracker export --pseudonymize` come from this secret. With the same file
# everybody gets the same id again. Whoever has it can tell whose an id is: keep it to yourself and
# apart from what you share, and keep a copy in a safe place."""
_SECRET_BYTES, _CHECK_BYTES, _MOST_BYTES = 32, 8, 4096
#: 80 bits: among a million people two share one with a chance of one in 10^12.
_ID_BYTES = 10
_YEAR_DAYS, _YEARS = 365, 10
_OTHERS = 0o077


@dataclass(frozen=True)
class Key:
    """A secret, from which ids and shifts of dates come."""

    secret: bytes = field(repr=False)

    def id_of(self, patient: str) -> str:
        """Return the id of a patient: `p` and 16 letters and digits."""
        return f"p{base64.b32encode(self._hash('id', patient)[:_ID_BYTES]).decode().lower()}"

    def shift_of(self, patient: str) -> int:
        """Return by how many days all dates of a patient are moved back: more than a year, so that
        no date of a year keeps its place, and at most ten.
        """
        number = int.from_bytes(self._hash("dates", patient)[:_CHECK_BYTES], "big")
        return _YEAR_DAYS + 1 + number % ((_YEARS - 1) * _YEAR_DAYS)

    def text(self) -> str:
        """Return what stands in its file."""
        return f"{_HEAD}\n{_WORDS}\nsecret {self.secret.hex()}\ncheck {self._check()}\n"

    def is_proved_by(self, check: str) -> bool:
        """Tell whether a check that stands beside a secret is its own."""
        return check == self._check()

    def _check(self) -> str:
        return self._hash("check", "")[:_CHECK_BYTES].hex()

    def _hash(self, purpose: str, text: str) -> bytes:
        words = f"{purpose}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.secret, words, "sha256")


def make_key(path: Path) -> Key:
    """Write a new random key, for the user alone; where one has appeared meanwhile, return that.

    Raises:
        UsageError, OutputError: it cannot be written.
    """
    path = path.resolve()  # a link may lead to where nothing is yet
    key = Key(secrets.token_bytes(_SECRET_BYTES))
    if write_new(path, key.text().encode()):
        return key
    found = read_key(path)
    assert found is not None  # it is there
    return found


def read_key(path: Path) -> Key | None:
    """Return the key of a file, None if nothing is there.

    Raises:
        UsageError: it is no key file, or others can read it; or none could be made there.
        UnreadableFileError: it is damaged, or of a newer version.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UsageError(f"{path} is a folder, no key file.", "Name a file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{path} is no file, and so no key file.", "Name a file.")
        content = path.read_bytes() if status.st_size <= _MOST_BYTES else b""
    except FileNotFoundError:
        if not path.resolve().parent.is_dir():
            raise UsageError(f"There is no folder for the key file {path}.", "Make it.") from None
        return None
    except OSError as problem:
        raise UsageError(
            f"The key file {path} cannot be read: {problem.strerror}.", "Name another one."
        ) from None
    key = _understood(path, content)
    if os.name == "posix" and status.st_mode & _OTHERS:
        mode = stat.S_IMODE(status.st_mode)
        raise UsageError(
            f"The key file {path} can be read or changed by others (mode {mode:03o}): who has read "
            "it can tell whose every id is.",
            f"If nobody has, close it (chmod 600 {path}); else name a new file, for new ids.",
        )
    return key


def _understood(path: Path, content: bytes) -> Key:
    lines = [line.strip() for line in content.decode("utf-8", "replace").splitlines()]
    head = lines[0] if lines else ""
    if not _ANY_HEAD.fullmatch(head):
        raise UsageError(
            f"{path} is no key file.", "Name the one of your earlier exports, or a new file."
        )
    if head != _HEAD:
        raise UnreadableFileError(
            f"The key file {path} is of a newer version of this program.", "Update the program."
        )
    found = dict(line.split(maxsplit=1) for line in lines[1:] if re.match(r"(secret|check) ", line))
    secret = found.get("secret", "")
    if re.fullmatch(rf"[0-9a-f]{{{2 * _SECRET_BYTES}}}", secret):
        key = Key(bytes.fromhex(secret))
        if key.is_proved_by(found.get("check", "")):
            return key
    raise UnreadableFileError(
        f"The key file {path} is damaged; other ids would come from it.", "Bring back your copy."
    )
