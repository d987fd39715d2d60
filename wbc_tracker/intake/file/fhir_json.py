"""From JSON to FHIR resources: strictly read, so that what two readers could take differently is
refused.

Numbers stay the digits that were printed. A key that stands twice, `NaN`, text that is not UTF-8 or
UTF-16, an object that is cut off or nested without measure are refused, each in one sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from wbc_tracker.errors import UnreadableFileError

Resource = dict[str, Any]
_SAMPLE = 400
_BEGINS = re.compile(r"^\ufeff?\s*(?:\{|\[\s*[\[{\"\]])")
#: No bundle holds bundles deeper than this.
_MOST_LEVELS = 8


class Digits(str):
    """A number as it is printed; a text is none."""

    __slots__ = ()


class Placed(NamedTuple):
    """A resource of a file: its line in NDJSON, 0 elsewhere, and the one that contains it; the
    address of its entry in a bundle, and which resource an entry without one says is deleted.
    """

    resource: Resource
    line: int
    within: Resource | None = None
    url: str = ""
    deleted: str = ""


class _RefusedError(ValueError):
    """What is wrong with the JSON, in words."""


def is_json(raw: bytes) -> bool:
    """Tell whether a file begins as JSON does."""
    head = raw[:_SAMPLE]
    try:
        text = head.decode(json.detect_encoding(head), errors="ignore")
    except LookupError:
        return False
    return bool(_BEGINS.match(text))


def read_resources(raw: bytes, file: str) -> list[Placed]:
    """Return every resource of a file in its order: bundles, lists and lines are opened.

    Raises:
        UnreadableFileError: not JSON that can be read in one way only, or not FHIR.
    """
    found = [placed for value, line in json_values(raw, file) for placed in _open(value, line)]
    if not found:
        raise UnreadableFileError(
            f"{file} is JSON, but holds no FHIR resource.",
            "Export the results as FHIR R4 or as CSV.",
            code="file_not_text",
        )
    return found


def json_values(raw: bytes, file: str) -> Iterator[tuple[Any, int]]:
    """Yield the value of the file, with 0, or of each of its lines with the number of the line;
    numbers are Digits.

    Raises:
        UnreadableFileError: not JSON that can be read in one way only.
    """
    try:
        text = raw.decode(json.detect_encoding(raw)).removeprefix("\ufeff")
    except UnicodeError:
        raise UnreadableFileError(
            f"{file} is JSON with bytes that are no UTF-8 text.",
            "Export or download it again.",
            code="encoding_wrong",
        ) from None
    first, _, rest = text.lstrip().partition("\n")
    if rest.strip() and first.rstrip().endswith("}") and _is_whole(first):
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield _parse(line, f"{file}, line {number}"), number
    else:
        yield _parse(text, file), 0


def _is_whole(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _parse(text: str, where: str) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_to_object,
            parse_constant=_refuse_constant,
            parse_float=Digits,
            parse_int=Digits,
        )
    except _RefusedError as problem:
        told = str(problem)
    except json.JSONDecodeError as problem:
        told = f"is damaged or cut off JSON, at line {problem.lineno}"
    except RecursionError:
        told = "is JSON nested without measure"
    raise UnreadableFileError(f"{where} {told}.", "Export it again.", code="file_damaged")


def _to_object(pairs: list[tuple[str, Any]]) -> Resource:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _RefusedError(f"is JSON with the key {twice[:60]!r} twice in one object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise _RefusedError(f"is JSON with {name}, which is no number")


def _open(value: Any, line: int, level: int = 0, url: str = "") -> Iterator[Placed]:
    """Yield the resources in a value: of a list, of a bundle, and those contained in another."""
    if isinstance(value, list):
        for item in value if level < _MOST_LEVELS else []:
            yield from _open(item, line, level + 1)
    kind = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(kind, str) or isinstance(kind, Digits):
        return
    if kind != "Bundle":
        yield Placed(value, line, url=url)
        inside = value.get("contained")
        for item in inside if isinstance(inside, list) else []:
            if isinstance(item, dict):
                yield Placed(item, line, value)
        return
    entries = value.get("entry")
    for entry in entries if isinstance(entries, list) and level < _MOST_LEVELS else []:
        if isinstance(entry, dict):
            if deleted := _deleted(entry.get("request")):
                yield Placed({}, line, deleted=deleted)
            address = entry.get("fullUrl")
            url = address if isinstance(address, str) else ""
            yield from _open(entry.get("resource"), line, level + 1, url)


def _deleted(request: Any) -> str:
    """Return which resource a request of a history deletes, as `Type/id`, or ""."""
    request = request if isinstance(request, dict) else {}
    url = request.get("url")
    if request.get("method") != "DELETE" or not isinstance(url, str):
        return ""
    return "/".join(url.split("/")[-2:])
