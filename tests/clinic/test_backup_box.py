"""The encryption of a backup, and its unpacking: what was changed or cut short never gets in."""

import io
import json
import tarfile

import pytest

from clinic.backups import archive, box

KEY = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    monkeypatch.setattr(box, "PIECE", 64)
    monkeypatch.setattr(box, "COST", 2)


def boxed(content, key=KEY):
    out = io.BytesIO()
    writer = box.Writer(out, key)
    for at in range(0, len(content), 50):
        writer.write(content[at : at + 50])
    writer.close()
    return out.getvalue()


def opened(data, key=KEY):
    return io.BufferedReader(box.Reader(io.BytesIO(data), key)).read()


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 128, 129, 1000])
def test_what_went_in_comes_out(size):
    content = bytes(at % 251 for at in range(size))
    assert opened(boxed(content)) == content


def test_nothing_of_it_can_be_read_and_no_two_are_alike():
    content = b"Canary-7461" * 40
    first, second = boxed(content), boxed(content)
    assert b"Canary" not in first
    assert first != second


def test_another_key_does_not_open_it():
    with pytest.raises(box.WrongKeyError):
        opened(boxed(b"x" * 300), key="another key of enough length")


def test_a_short_key_is_refused():
    with pytest.raises(box.KeyTooShortError):
        boxed(b"x", key="short")


def test_every_byte_counts():
    data = boxed(b"x" * 200)
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(box.WrongKeyError):
            opened(changed)


def test_a_file_cut_short_anywhere_is_noticed():
    data = boxed(b"x" * 200)
    for size in range(len(data)):
        with pytest.raises(box.WrongKeyError):
            opened(data[:size])


def test_pieces_cannot_change_places():
    data = boxed(b"a" * 64 + b"b" * 64 + b"c")
    head = len(data) - 2 * (64 + box.TAG) - (1 + box.TAG)
    one, two = data[head : head + 80], data[head + 80 : head + 160]
    with pytest.raises(box.WrongKeyError):
        opened(data[:head] + two + one + data[head + 160 :])


def packed(members, sha256=None):
    """A plain backup of these members; the manifest says what it should unless told otherwise."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        told = {"made_at": "", "engine": "sqlite", "checkpoint": "", "sha256": sha256 or {}}
        text = json.dumps(told).encode()
        member = tarfile.TarInfo(archive.MANIFEST)
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    return out.getvalue()


X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
WHOLE = {"database.sqlite3": b"x", "files/a.jpg": b"x"}
SUMS = {"database.sqlite3": X, "files/a.jpg": X}


def unpack(data, into):
    return archive.unpack(io.BytesIO(data), into)


def test_a_whole_backup_is_unpacked(tmp_path):
    assert unpack(packed(WHOLE, SUMS), tmp_path).sha256 == SUMS
    assert (tmp_path / "files/a.jpg").read_bytes() == b"x"
    assert (tmp_path / "files/a.jpg").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("members", "sums"),
    [
        pytest.param(WHOLE | {"files/a.jpg": b"y"}, SUMS, id="a file changed"),
        pytest.param({"database.sqlite3": b"x"}, SUMS, id="a file gone"),
        pytest.param(WHOLE, {"database.sqlite3": X}, id="a file too many"),
        pytest.param({"files/a.jpg": b"x"}, {"files/a.jpg": X}, id="no database"),
        pytest.param({"../a": b"x"} | WHOLE, SUMS, id="out of the folder"),
        pytest.param({"/etc/a": b"x"} | WHOLE, SUMS, id="anywhere"),
        pytest.param({"files/../../a": b"x"} | WHOLE, SUMS, id="out by a way round"),
        pytest.param({"other": b"x"} | WHOLE, SUMS, id="something else"),
    ],
)
def test_anything_else_is_refused(tmp_path, members, sums):
    into = tmp_path / "in"
    into.mkdir()
    with pytest.raises(archive.DamagedError):
        unpack(packed(members, sums), into)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_link_in_a_backup_is_refused(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        member = tarfile.TarInfo("files/a")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(archive.DamagedError):
        unpack(out.getvalue(), tmp_path)


@pytest.mark.parametrize("data", [b"", b"no backup at all" * 100])
def test_what_is_no_backup_is_refused(tmp_path, data):
    with pytest.raises(archive.DamagedError):
        unpack(data, tmp_path)
