"""Whoever sets the exchange up wrongly is told which setting it is, and what was expected."""

import pytest

from yrdx.errors import ConfigurationError
from yrdx.settings import Settings


def test_a_folder_of_secrets_that_is_not_there_is_told(tmp_path, monkeypatch):
    """Else the store would be asked without a key, or receipts be issued unsigned."""
    for wrong in (tmp_path / "nowhere", tmp_path / "a file"):
        (tmp_path / "a file").touch()
        monkeypatch.setenv("YRDX_SECRETS_DIR", str(wrong))
        with pytest.raises(ConfigurationError, match=r"YRDX_SECRETS_DIR=.*没有这个文件夹"):
            Settings.load()


def test_a_secret_that_is_no_text_is_told_and_not_quoted(tmp_path, monkeypatch):
    (tmp_path / "yrdx_s3_secret_key").write_bytes("密钥".encode("gb18030"))
    monkeypatch.setenv("YRDX_SECRETS_DIR", str(tmp_path))
    with pytest.raises(ConfigurationError, match="s3_secret_key") as told:
        Settings.load()
    assert told.value.__suppress_context__, "the cause quotes the bytes"


def test_a_variable_that_nobody_reads_is_told_with_the_setting_that_it_looks_like(
    monkeypatch, caplog
):
    for name in ("YRDX_KEEP_PEOPLE_LANDED_DAY", "YRDX_SIGNING_KEY", "YRDX_PORT", "YRDX_LANG"):
        monkeypatch.setenv(name, "1")
    Settings.load()
    assert [record.args for record in caplog.records] == [
        ("YRDX_KEEP_PEOPLE_LANDED_DAY", "YRDX_KEEP_PEOPLE_LANDED_DAYS"),
        ("YRDX_SIGNING_KEY", "YRDX_SIGNING_KEY_FILE"),
    ]
