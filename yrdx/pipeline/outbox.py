"""Tell: what has changed for a province goes into the outbox once, and from there to channels.

Sending changes nothing about deliveries. What a channel did not take stays in the outbox.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yrdx.agreements import Province
from yrdx.errors import ChannelUnavailable, PublishConflict, YrdxError
from yrdx.messages import Channel, Message, Standing, channels_of, deliver, digest_of_day
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.telling import how_things_stand
from yrdx.store import layout, places

_SENDING = timedelta(hours=1)
"""No sending lasts that long: whoever began it before was killed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message in the outbox, and where it lies."""

    key: str
    message: Message


@dataclass(frozen=True, slots=True)
class Sent:
    """One text that goes to a channel, with the messages that it tells."""

    channel: Channel
    messages: tuple[Message, ...]
    title: str
    body: str


def channels(exchange: Exchange, province: Province) -> tuple[Channel, ...]:
    """The channels that the messages of a province go to; none: nothing is told or kept."""
    return channels_of(exchange.settings.channels, province=province.code)


def outbox(exchange: Exchange, province: Province) -> tuple[Kept, ...]:
    """All messages that were ever kept for a province, by subject, oldest first."""
    return tuple(
        Kept(item.key, Message.model_validate_json(exchange.store.get(item.key)))
        for item in exchange.store.list(layout.messages_of(province.code))
    )


def news(exchange: Exchange, province: Province, *, today: date) -> tuple[Message, ...]:
    """What has changed since it was last kept; keeps nothing."""
    last = {kept.message.subject: kept.message for kept in outbox(exchange, province)}
    return tuple(
        message
        for message in how_things_stand(exchange, province, today=today)
        if _is_news(message, last.get(message.subject))
    )


def tell(
    exchange: Exchange, province: Province, *, today: date, now: datetime, daily: bool
) -> tuple[Sent, ...]:
    """Keep what has changed, and send what is due to the channels of a province.

    `daily` also sends to the channels that want one text a day. A channel takes each message at
    most once, however often this runs; of one subject it gets the last state only. Raises
    `ChannelUnavailable` when all others had their turn.
    """
    wanted = channels(exchange, province)
    if not wanted:
        return ()
    _keep(exchange, province, news(exchange, province, today=today))
    sent, silent = [], []
    for channel in wanted:
        if channel.when == "daily" and not daily:
            continue
        try:
            text = _send(exchange, province, channel, today=today, now=now)
        except ChannelUnavailable as error:
            silent.append(str(error))
            continue
        if text is not None:
            sent.append(text)
    if silent:
        raise ChannelUnavailable("; ".join(silent))
    return tuple(sent)


def rehearsed(exchange: Exchange, province: Province, *, today: date) -> tuple[Sent, ...]:
    """What `tell` would send to each channel now; keeps and sends nothing."""
    fresh = news(exchange, province, today=today)
    found = []
    for channel in channels(exchange, province):
        replaced = {message.subject for message in fresh}
        waiting, _ = _waiting(exchange, province, channel)
        pending = [kept.message for kept in waiting if kept.message.subject not in replaced]
        if pending or fresh:
            found.append(_text(province, channel, (*pending, *fresh), today=today))
    return tuple(found)


def _is_news(message: Message, last: Message | None) -> bool:
    if last is None:  # that somebody agrees is news only where they did not
        return message.standing is not Standing.AGREES
    return message.state != last.state


def _keep(exchange: Exchange, province: Province, fresh: tuple[Message, ...]) -> None:
    for message in fresh:
        prefix = layout.messages_of(province.code, message.subject)
        last = max((item.key for item in exchange.store.list(prefix)), default=None)
        number = 1 + (places.message_number(last) if last else 0)
        key = layout.message(province.code, subject=message.subject, number=number)
        exchange.store.put_if_absent(key, message.model_dump_json(indent=2).encode())


def _send(
    exchange: Exchange, province: Province, channel: Channel, *, today: date, now: datetime
) -> Sent | None:
    """Send what a channel has not had; None where that is nothing, or another run is at it."""
    if not _waiting(exchange, province, channel)[0]:
        return None
    turn = layout.sending(province.code, channel.name)
    if not _took_turn(exchange, turn, now=now):
        return None
    newest, replaced = _waiting(exchange, province, channel)
    due = tuple(kept.message for kept in newest)
    text = _text(province, channel, due, today=today) if due else None
    try:
        if text is not None:
            deliver(channel, title=text.title, body=text.body)
    except YrdxError:
        exchange.store.delete(turn)
        raise
    # Whoever dies here keeps the turn, so that what was sent is not sent again at once.
    for kept in (*newest, *replaced):
        key = layout.sent(kept.key, province=province.code, channel=channel.name)
        exchange.store.put_if_absent(key, kept.key.encode())
    exchange.store.delete(turn)
    return text


def _took_turn(exchange: Exchange, key: str, *, now: datetime) -> bool:
    """Whether nobody else is sending to the channel: two runs may end at the same moment."""
    taken = exchange.store.head(key)
    if taken is not None:
        if now - taken.modified_at < _SENDING:
            return False
        exchange.store.delete(key)
    try:
        exchange.store.put_if_absent(key, uuid.uuid4().hex.encode())
    except PublishConflict:
        return False
    return True


def _waiting(
    exchange: Exchange, province: Province, channel: Channel
) -> tuple[tuple[Kept, ...], tuple[Kept, ...]]:
    """What a channel has not had: of each subject the newest, and those that it replaces."""
    had = {item.key for item in exchange.store.list(layout.sent_to(province.code, channel.name))}
    waiting = list(_unsent(exchange, province, channel, had))
    newest = {kept.message.subject: kept for kept in waiting}
    return tuple(newest.values()), tuple(
        kept for kept in waiting if newest[kept.message.subject] is not kept
    )


def _unsent(
    exchange: Exchange, province: Province, channel: Channel, had: set[str]
) -> Iterator[Kept]:
    for item in exchange.store.list(layout.messages_of(province.code)):
        if layout.sent(item.key, province=province.code, channel=channel.name) not in had:
            content = exchange.store.get(item.key)
            yield Kept(item.key, Message.model_validate_json(content))


def _text(
    province: Province, channel: Channel, messages: tuple[Message, ...], *, today: date
) -> Sent:
    title, body = digest_of_day(
        messages, name=province.name, today=today, language=channel.language
    )
    return Sent(channel, messages, title, body)
