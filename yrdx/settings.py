"""All settings, from environment variables `YRDX_*` or files in `YRDX_SECRETS_DIR`."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from yrdx.errors import ConfigurationError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

TIMEZONE = ZoneInfo("Asia/Shanghai")
"""The clock of the exchange; China has no daylight saving time."""

COPY_ROWS = 200_000
"""Rows up to which a delivered file is copied back whole with its receipt."""


log = logging.getLogger(__name__)

_ALIKE = 0.85
"""How like a setting's name a variable has to be to be taken for it; 1 is the same."""

_EXPECTED = {
    "int_parsing": ("整数", "a whole number"),
    "int_from_float": ("整数", "a whole number"),
    "float_parsing": ("数字", "a number"),
    "bool_parsing": ("“true”或“false”", "true or false"),
    "greater_than_equal": ("不小于 {ge} 的数", "at least {ge}"),
    "greater_than": ("大于 {gt} 的数", "more than {gt}"),
    "less_than_equal": ("不大于 {le} 的数", "at most {le}"),
    "literal_error": ("以下之一：{expected}", "one of {expected}"),
}
"""What pydantic misses, in words for the person who set the variable."""


def _told(problem: ErrorDetails) -> str:
    """One variable whose value it cannot hold, and what it can."""
    name = str(problem["loc"][0])
    zh, en = _EXPECTED.get(problem["type"], ("另一种值", problem["msg"]))
    limits = {key: str(value).replace("'", "") for key, value in problem.get("ctx", {}).items()}
    described = Settings.model_fields[name].description
    return (
        f"{Settings.model_config['env_prefix']}{name.upper()}={problem['input']}：应为"
        f"{zh.format_map(limits)} expected {en.format_map(limits)}"
        f"{f' ({described})' if described else ''}"
    )


def _misspelt(environment: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Variables that are no setting of ours and look like one, with that one.

    No error: whoever names the variables of an inbox's keys may name them alike.
    """
    prefix = str(Settings.model_config["env_prefix"])
    known = {f"{prefix}{name.upper()}" for name in Settings.model_fields} | {"YRDX_SECRETS_DIR"}
    for name in sorted(environment):
        if name.startswith(prefix) and name not in known:
            yield from ((name, meant) for meant in get_close_matches(name, known, 1, _ALIKE))


class Settings(BaseSettings):
    """Built once at the edge (a task, the command line) and passed in.

    The content folders (`schemas/`, `provinces/` …) are found in `home`.
    """

    model_config = SettingsConfigDict(env_prefix="YRDX_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=Path.cwd, description="folder with provinces/")
    store: str = Field(
        default="var/store",
        description="s3://bucket[/prefix], or a directory (relative to home)",
    )
    reference: str | None = Field(
        default=None,
        description="where loaded reference lists lie: s3://… or a directory; None: in the store",
    )
    calendar: Path | None = Field(
        default=None,
        description="folder with the calendar of rules; None: schemas/calendar",
    )
    indicators: Path | None = Field(
        default=None,
        description="folder with the definitions of indicators; None: schemas/indicators",
    )
    spool: Path | None = Field(default=None, description="scratch folder; default: the system's")
    s3_endpoint: str | None = Field(default=None, description="https://…, None: AWS")
    s3_region: str = Field(default="us-east-1", description="region name for the signature")
    s3_addressing: Literal["path", "virtual"] = Field(
        default="path", description="path (MinIO, Ceph, Swift) or virtual (OSS, OBS, COS, AWS)"
    )
    s3_conditional_writes: Literal["probe", "off"] = Field(
        default="probe", description="probe: use them on top where the store honours them"
    )
    s3_forbid_overwrite_header: str | None = Field(
        default=None, description="vendor header, for example x-oss-forbid-overwrite"
    )
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    restricted_store: str | None = Field(
        default=None,
        description="where rows about people lie (restricted/): s3://bucket[/prefix] or a "
        "directory; None: in the store",
    )
    restricted_access_key: SecretStr | None = Field(
        default=None, description="key for restricted/; None: as for the rest of the store"
    )
    restricted_secret_key: SecretStr | None = None
    s3_ca_bundle: Path | None = Field(default=None, description="certificate bundle of the store")
    s3_part_mib: int = Field(default=16, ge=5, description="least size of an upload's part, in MiB")
    s3_attempts: int = Field(default=5, ge=1, description="how often a request is tried in all")
    s3_connect_seconds: float = Field(default=5, gt=0, description="patience for a connection")
    s3_read_seconds: float = Field(default=120, gt=0, description="patience for each answer")
    signing_key_file: Path | None = Field(
        default=None,
        description="private key (PEM) that receipts are signed with; None: issued unsigned",
    )
    public_key_file: Path | None = Field(
        default=None,
        description="public keys (PEM) of the exchange that `yrdx verify` trusts, newest first",
    )
    retry_seconds: int = Field(
        default=60, ge=1, description="wait before a task's first retry; doubles each time"
    )
    public_url: str | None = Field(
        default=None,
        description="https://… that people reach the objects of the store by, followed by the key; "
        "None: receipts are named as the store names them",
    )
    approve_snapshots: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="datasets, with commas between them, whose snapshots a person approves before "
        "they are published",
    )
    approval_hours: float = Field(
        default=24 * 14,
        gt=0,
        description="how long Airflow waits for a person's approval before its task turns red",
    )
    approve_releases: bool = Field(
        default=False,
        description="a person confirms every release, not only those that the gate stops",
    )
    release_without: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="datasets, with commas between them, that no release holds for the time being; "
        "what is derived from them is left out too",
    )
    release_tolerance: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="share of a province's rows that a rule between datasets or provinces may call "
        "wrong before it stops a release",
    )
    collapse_rows: float = Field(
        default=0.2,
        gt=0,
        le=1,
        description="share of a period's rows that may be gone before a release is stopped",
    )
    collapse_next_period: float = Field(
        default=0.3,
        gt=0,
        le=1,
        description="the same, of a new period's rows against the period before",
    )
    collapse_keys: float = Field(
        default=0.2, gt=0, le=1, description="the same, of a period's keys"
    )
    collapse_values: float = Field(
        default=0.4,
        gt=0,
        le=1,
        description="the same, of the share of a column's cells that hold something",
    )
    collapse_codes: float = Field(
        default=0.25,
        gt=0,
        le=1,
        description="the same, of how far the shares of a column's codes have moved",
    )
    collapse_vanished: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="share of a code that may not vanish altogether",
    )
    collapse_least: int = Field(
        default=30, ge=1, description="rows or cells below which such shares say nothing"
    )
    collapse_versions: int = Field(
        default=3, ge=1, description="earlier versions that a release is held against"
    )
    channels: SecretStr | None = Field(
        default=None,
        description="YAML: channels that messages go to, by province; None: nobody is told",
    )
    disclosure_k: int = Field(
        default=10,
        ge=10,
        description="persons that a count for everybody has at least, and values that stay "
        "possible for each count that is not told",
    )
    copy_rows: int = Field(
        default=COPY_ROWS,
        ge=1,
        description="rows up to which files are copied back whole, annotated or corrected; of "
        "larger ones annotated.xlsx shows this many rows with findings",
    )
    cache: Path | None = Field(
        default=None,
        description="folder in which readers keep what they fetch from an S3 store; "
        "None: .cache/yrdx in the reader's home",
    )
    keep_versions: int = Field(default=12, ge=1, description="snapshots kept of each dataset")
    keep_people_versions: int = Field(
        default=4, ge=1, description="snapshots kept of a dataset about people, row by row"
    )
    keep_people_versions_days: int = Field(
        default=730, ge=1, description="days that such a snapshot is kept once a newer one is there"
    )
    keep_landed_days: int = Field(default=730, ge=1, description="retention of landed bytes, days")
    keep_people_landed_days: int = Field(
        default=400, ge=1, description="the same for datasets about people"
    )
    keep_checked_days: int = Field(
        default=730,
        ge=1,
        description="days that a check's rows, copies and error lists are kept; its documents stay",
    )
    keep_people_checked_days: int = Field(
        default=400, ge=1, description="the same for datasets about people"
    )
    keep_admitted_days: int = Field(
        default=730, ge=1, description="days that rows are kept which a newer admission replaced"
    )
    keep_people_admitted_days: int = Field(
        default=400, ge=1, description="the same for datasets about people"
    )
    keep_messages_days: int = Field(
        default=400, ge=1, description="days that messages and notices are kept after newer ones"
    )

    @field_validator("approve_snapshots", "release_without", mode="before")
    @classmethod
    def _between_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value

    @classmethod
    def load(cls) -> Settings:
        """Settings of this process; secrets come from files when `YRDX_SECRETS_DIR` is set.

        Raises:
            ConfigurationError: a variable holds what it cannot; it names variable and value. Or
                the folder of secrets, or a file in it, cannot be read.
        """
        for name, meant in _misspelt(os.environ):
            log.warning("环境变量 %s 不起作用，是不是 has no effect; did you mean %s?", name, meant)
        secrets = os.environ.get("YRDX_SECRETS_DIR")
        if secrets and not Path(secrets).is_dir():
            raise ConfigurationError(
                f"YRDX_SECRETS_DIR={secrets}：没有这个文件夹，应为存放密钥文件的文件夹 there is no "
                "such folder; expected the one that holds the files with secrets"
            )
        try:
            return cls(_secrets_dir=secrets) if secrets else cls()
        except (OSError, SettingsError) as error:
            # Without the cause: it quotes the bytes of a file that is no UTF-8.
            raise ConfigurationError(
                f"YRDX_SECRETS_DIR={secrets}：其中有密钥文件不能读取，应为运行账户可以读取的 UTF-8 "
                f"文本文件 a secret in it cannot be read; expected files of text in UTF-8 "
                f"that this account may read: {error}"
            ) from None
        except ValidationError as error:
            problems = "\n".join(_told(item) for item in error.errors(include_url=False))
            raise ConfigurationError(problems) from error

    @cached_property
    def provinces(self) -> Path:
        """Folder with one YAML a province."""
        return self.home / "provinces"

    @cached_property
    def waivers(self) -> Path:
        """Folder with the waivers, one YAML a province."""
        return self.provinces / "waivers"
