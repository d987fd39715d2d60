"""The key file: made once, for the user alone; the same ids from it for ever; nothing else is taken for one."""

from __future__ import annotations

import os
import stat

import pytest

from wbc_tracker.errors import UnreadableFileError, UsageError
from wbc_tracker.sharing.key import Key, make_key, read_key

KNOWN = Key(bytes(range(32)))
needs_modes = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")


def written(path, content: bytes):
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_ids_and_shifts_are_those_of_openssl():
    r"""printf 'id\0ANNA' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102...1f -binary | head -c 10 | base32

    The shift: the first 8 bytes of the hash of `dates\0ANNA`, modulo 9 x 365, plus 366. The file must stay readable.
    """
    assert KNOWN.id_of("ANNA") == "pougish4lo4weokgv"
    assert KNOWN.shift_of("ANNA") == 775
    assert KNOWN.text().splitlines()[-2:] == [f"secret {bytes(range(32)).hex()}", "check 5f2a17ba2319fb12"]


def test_every_text_has_an_id_of_its_own():
    people = ["1", "01", "a", "A", "ä", "a\u0308", "", " ", "=1+1", "id\0a", "\ud800", "x" * 10_000]
    assert len({KNOWN.id_of(who) for who in people}) == len(people)
    assert {len(KNOWN.id_of(who)) for who in people} == {17}


def test_dates_move_more_than_a_year_and_at_most_ten():
    shifts = {KNOWN.shift_of(str(who)) for who in range(2000)}
    assert min(shifts) >= 366
    assert max(shifts) <= 3650
    assert len({shift % 7 for shift in shifts}) == 7
    assert len(shifts) > 1000


def test_a_key_that_was_made_is_read_again(tmp_path):
    made = make_key(tmp_path / "my.key")
    assert read_key(tmp_path / "my.key") == made
    assert [path.name for path in tmp_path.iterdir()] == ["my.key"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "my.key").stat().st_mode) == 0o600


def test_two_keys_are_two():
    assert Key(b"a" * 32).id_of("ANNA") != Key(b"b" * 32).id_of("ANNA")


def test_the_secret_is_not_shown_with_the_key():
    assert KNOWN.secret.hex() not in repr(KNOWN)


def test_a_key_that_appeared_meanwhile_is_kept(tmp_path):
    path = written(tmp_path / "my.key", KNOWN.text().encode())
    assert make_key(path) == KNOWN
    assert path.read_text() == KNOWN.text()


@needs_modes
def test_a_link_leads_to_the_key(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "my.key")
    made = make_key(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert read_key(tmp_path / "my.key") == made


def test_nothing_there_is_no_key(tmp_path):
    assert read_key(tmp_path / "my.key") is None


def test_a_key_whose_lines_end_otherwise_is_read(tmp_path):
    assert read_key(written(tmp_path / "my.key", KNOWN.text().replace("\n", " \r\n").encode())) == KNOWN


def test_no_flipped_bit_gives_another_key(tmp_path):
    """In a remark, or an end of line that is one of another kind, it does no harm; anywhere else it is refused."""
    whole = KNOWN.text().encode()
    refused = 0
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place * 5 % 8
        try:
            found = read_key(written(tmp_path / "my.key", bytes(flipped)))
        except (UsageError, UnreadableFileError):
            refused += 1
        else:
            assert found == KNOWN
    assert refused >= len("wbc-tracker key 1") + 64 + 16


@pytest.mark.parametrize("cut", [0, 5, 17, 100, 300, 340, 370])
def test_a_part_of_a_key_is_refused(tmp_path, cut):
    with pytest.raises((UsageError, UnreadableFileError)):
        read_key(written(tmp_path / "my.key", KNOWN.text().encode()[:cut]))


@needs_modes
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o602, 0o610])
def test_a_key_that_others_can_read_is_refused(tmp_path, mode):
    path = written(tmp_path / "my.key", KNOWN.text().encode())
    path.chmod(mode)
    with pytest.raises(UsageError, match="read or changed by others"):
        read_key(path)


def test_a_key_of_a_newer_program_is_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="newer"):
        read_key(written(tmp_path / "my.key", KNOWN.text().replace("key 1", "key 2").encode()))


@pytest.mark.parametrize(
    "content",
    [b"", b"patient_id,collected_at\n", b"SQLite format 3\0" + b"\0" * 5000, b"\xff\xfe\0", b"wbc-tracker key x\n"],
    ids=["empty", "labs", "store", "binary", "nearly"],
)
def test_what_is_no_key_is_refused_and_left_alone(tmp_path, content):
    path = written(tmp_path / "my.key", content)
    with pytest.raises(UsageError, match="is no key file"):
        read_key(path)
    assert path.read_bytes() == content
