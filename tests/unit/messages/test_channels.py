"""Channels are read from a secret, and nothing of it is ever told."""

import logging

import pytest
from pydantic import SecretStr

from yrdx.errors import ChannelUnavailable, ConfigurationError
from yrdx.messages import Channel, channels_of, deliver

TOKEN = "c0ffee5ecret"
GIVEN = f"""
33:
  office: mailtos://user:{TOKEN}@example.cn
  group: {{url: "dingtalk://{TOKEN}", when: daily, language: both}}
"31": {{shanghai: "wecombot://{TOKEN}"}}
all: {{exchange: "json://127.0.0.1:9/{TOKEN}"}}
"""


def test_a_province_has_its_own_channels_and_those_of_everybody():
    found = channels_of(SecretStr(GIVEN), province="33")
    assert [(item.name, item.when, item.language) for item in found] == [
        ("office", "at_once", "zh"),
        ("group", "daily", "both"),
        ("exchange", "at_once", "zh"),
    ]
    assert TOKEN not in repr(found)
    assert TOKEN not in found[0].model_dump_json()
    assert [item.name for item in channels_of(SecretStr(GIVEN), province="34")] == ["exchange"]


@pytest.mark.parametrize("secret", [None, SecretStr(""), SecretStr(" \n"), SecretStr("# none\n")])
def test_without_a_secret_nobody_is_told(secret):
    assert channels_of(secret, province="33") == ()


@pytest.mark.parametrize(
    "wrong",
    [
        f"33: [json://{TOKEN}",
        f"json://{TOKEN}",
        f"33: json://{TOKEN}",
        f"33: [json://{TOKEN}]",
        f"zhejiang: {{a: 'json://{TOKEN}'}}",
        f"33: {{a: {{url: 'json://{TOKEN}', when: '{TOKEN}'}}}}",
        f"33: {{a: {{uri: 'json://{TOKEN}'}}}}",
        f"33: {{'json://{TOKEN}': x}}",
        f"33: {{a: 'json://{TOKEN}'}}\nall: {{a: 'json://{TOKEN}'}}",
        f"33: {{a: 'json://{TOKEN}'}}\n33: {{b: 'json://{TOKEN}'}}",
        f"33: {{a: 'json://{TOKEN}', b: 2025-13-45}}",
    ],
)
def test_what_is_wrong_is_said_without_quoting_it(wrong):
    with pytest.raises(ConfigurationError, match="YRDX_CHANNELS") as raised:
        channels_of(SecretStr(wrong), province="33")
    assert TOKEN not in str(raised.value)
    assert raised.value.__cause__ is None


def channel(url: str) -> Channel:
    return Channel(name="office", url=SecretStr(url))


def test_an_address_of_no_service_is_a_mistake_and_a_silent_one_is_tried_again(caplog, capfd):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ConfigurationError, match="office"):
        deliver(channel(f"nosuch://{TOKEN}"), title="t", body="b")
    with pytest.raises(ConfigurationError, match="office"):
        deliver(channel(f"dingtalk://{TOKEN}-!!"), title="t", body="b")
    with pytest.raises(ChannelUnavailable, match="office") as raised:
        deliver(channel(f"json://127.0.0.1:9/{TOKEN}"), title="t", body="b")
    assert TOKEN not in str(raised.value)
    assert TOKEN not in caplog.text
    assert TOKEN not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "url",
    [
        "dingtalk://secret@token",
        "wecombot://0123456789abcdef",
        "feishu://token0123456789",
        "lark://token0123456789",
        "mailtos://user:password@example.cn?to=office@example.cn",
        "jsons://example.cn/hook",
    ],
)
def test_the_services_that_are_documented_are_known(url):
    import apprise

    assert apprise.Apprise.instantiate(url, suppress_exceptions=False) is not None
