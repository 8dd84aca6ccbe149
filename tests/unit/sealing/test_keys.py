"""A key is drawn by lot, readable by its owner alone, and never told by any message."""

import base64
import stat

import pytest

from yrdx.errors import ConfigurationError
from yrdx.sealing.keys import is_open_to_others, key_id, new_key, read_key

SECRET = bytes(range(100, 140))


def test_a_new_key_is_its_owners_alone_and_is_never_overwritten(tmp_path):
    path = tmp_path / "person-2025.key"
    made = new_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not is_open_to_others(path)
    read = read_key(path, year=None)
    assert (read.secret, read.year, read.id) == (made.secret, 2025, made.id)
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="不会覆盖"):
        new_key(path)
    assert path.read_bytes() == before
    assert new_key(tmp_path / "person-2026.key").secret != made.secret


@pytest.mark.parametrize(
    "text", [SECRET.hex(), SECRET.hex().upper() + "\n", base64.b64encode(SECRET).decode()]
)
def test_keys_come_in_hexadecimal_or_base64(tmp_path, text):
    path = tmp_path / "person-2025.key"
    path.write_text(text)
    assert read_key(path, year=2025).secret == SECRET


@pytest.mark.parametrize(
    "text", ["", SECRET[:31].hex(), "00" * 32, "ab" * 40, "钥匙在此", "secret!"]
)
def test_what_is_no_key_is_refused_without_telling_it(tmp_path, text):
    path = tmp_path / "person-2025.key"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        read_key(path, year=None)
    assert not text or text not in str(refused.value)


def test_the_year_must_be_told_and_must_agree(tmp_path):
    path = tmp_path / "person-2025.key"
    new_key(path)
    with pytest.raises(ConfigurationError, match=r"person-2026\.key"):
        read_key(path, year=2026)
    unnamed = tmp_path / "school.key"
    new_key(unnamed)
    with pytest.raises(ConfigurationError, match="--year"):
        read_key(unnamed, year=None)
    assert read_key(unnamed, year=2026).year == 2026


def test_a_key_that_others_can_read_is_noticed(tmp_path):
    path = tmp_path / "person-2025.key"
    new_key(path)
    path.chmod(0o644)
    assert is_open_to_others(path)


def test_the_fingerprint_tells_keys_apart_and_nothing_of_them(tmp_path):
    one = new_key(tmp_path / "person-2025.key")
    assert key_id(one.secret) == one.id
    assert one.id != key_id(SECRET)
    assert len(one.id) == 16
    assert one.id not in one.secret.hex()
    assert one.secret.hex() not in repr(one)
    assert repr(one.secret) not in repr(one)
