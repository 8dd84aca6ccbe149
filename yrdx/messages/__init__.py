"""Messages: what people are told of states that changed, and the channels that carry it."""

from yrdx.messages.channels import Channel, channels_of, deliver
from yrdx.messages.message import Message, Standing
from yrdx.messages.wording import digest_of_day

__all__ = ["Channel", "Message", "Standing", "channels_of", "deliver", "digest_of_day"]
