"""Channels that carry messages: DingTalk, WeCom, Feishu, e-mail, webhooks, by Apprise.

Their addresses hold passwords. They are read from one secret and never logged, stored or told:
a channel is known by the name that the operator gave it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import yaml
from pydantic import Field, SecretStr, ValidationError

from yrdx.errors import ChannelUnavailable, ConfigurationError
from yrdx.model import Frozen, Slug
from yrdx.yaml_files import parse

EVERYBODY = "all"
"""In the place of a province: channels that get the messages of every province."""

_TALKATIVE = ("apprise", "urllib3.connectionpool")
"""Loggers that would write addresses, and with them passwords, into the log of a task."""

_CODE = re.compile(r"^[0-9]{2}$")
_FORM = (
    "expected YAML as `33: {office: 'mailtos://…', group: {url: 'dingtalk://…', when: daily}}`, "
    "with a province's code or `all` on the left"
)


class Channel(Frozen):
    """Where the messages of a province go.

    `when` is `at_once`, after each exchange, or `daily`, all of a day together.
    """

    name: Slug
    url: SecretStr = Field(repr=False)
    when: Literal["at_once", "daily"] = "at_once"
    language: Literal["zh", "en", "both"] = "zh"


def channels_of(secret: SecretStr | None, *, province: str) -> tuple[Channel, ...]:
    """The channels of a province; raises `ConfigurationError`, which quotes nothing of the secret.

    No secret, or an empty one: there are none, and nobody is told anything.
    """
    if secret is None:
        return ()
    try:
        content = parse(secret.get_secret_value())
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}" if mark else ""
        raise ConfigurationError(
            f"YRDX_CHANNELS is no YAML, or states something twice{line}; {_FORM}"
        ) from None
    if content is None:
        return ()
    if not isinstance(content, dict):
        raise ConfigurationError(f"YRDX_CHANNELS names no provinces; {_FORM}")
    by_province = {_code(code): named for code, named in content.items()}
    found = [
        _channel(name, given, place=f"{code}, channel number {number}")
        for code in (province, EVERYBODY)
        for number, (name, given) in enumerate(_named(code, by_province.get(code)).items(), start=1)
    ]
    names = [channel.name for channel in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigurationError(
            f"YRDX_CHANNELS: {', '.join(twice)} of province {province} stands under `all` as "
            f"well; give each channel a name of its own"
        )
    return tuple(found)


def deliver(channel: Channel, *, title: str, body: str) -> None:
    """Send one text; raises `ChannelUnavailable` when the channel does not take it."""
    try:
        import apprise  # noqa: PLC0415 - only channels need it
    except ImportError as error:
        raise ConfigurationError(
            "messages are sent by Apprise, which is not installed: install yrdx with its extra "
            "`notices`"
        ) from error
    with _in_silence():
        service = apprise.Apprise.instantiate(channel.url.get_secret_value())
        if service is None:
            raise ConfigurationError(
                f"YRDX_CHANNELS: the address of {channel.name} is none that Apprise knows; see "
                f"docs/operations.md for DingTalk, WeCom, Feishu, e-mail and webhooks"
            )
        service.overflow_mode = apprise.OverflowMode.SPLIT
        taken = service.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)
    if not taken:
        raise ChannelUnavailable(
            f"channel {channel.name} did not take the message; it is sent again later. Is the "
            f"address right, and may this machine reach it?"
        )


def _code(given: object) -> str:
    """A province's code; YAML reads one without quotes as a number."""
    code = str(given)
    if code != EVERYBODY and not _CODE.match(code):
        raise ConfigurationError(f"YRDX_CHANNELS has an entry for no province; {_FORM}")
    return code


def _named(code: str, given: object) -> dict[Any, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise ConfigurationError(f"YRDX_CHANNELS, {code}: its channels have no names; {_FORM}")
    return given


def _channel(name: object, given: object, *, place: str) -> Channel:
    content = given if isinstance(given, dict) else {"url": given}
    try:
        return Channel.model_validate({**content, "name": name})
    except ValidationError as error:
        # Never the error itself: it quotes what was given. Nor the name, which may be the address.
        known = Channel.model_fields.keys()
        fields = sorted({str(item["loc"][0]) for item in error.errors()} & known)
        raise ConfigurationError(
            f"YRDX_CHANNELS, {place}: wrong or missing {', '.join(fields) or 'fields'}; {_FORM}"
        ) from None


@contextmanager
def _in_silence() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in _TALKATIVE]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was
