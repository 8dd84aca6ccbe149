"""Documents that readers depend on, read from the store: also those of a yrdx newer than this."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from yrdx.errors import ConfigurationError

Document = TypeVar("Document", bound=BaseModel)


def parsed(form: type[Document], body: bytes, *, key: str) -> Document:
    """The document that the object `key` holds.

    Raises `ConfigurationError` when a newer yrdx wrote it: it has another form, or fields that
    this one does not know and could not heed.
    """
    try:
        return form.model_validate_json(body)
    except ValidationError as error:
        newer = [
            str(item["input"]) if item["loc"] == ("form",) else ".".join(map(str, item["loc"]))
            for item in error.errors()
            if item["loc"] == ("form",) or item["type"] == "extra_forbidden"
        ]
        if not newer:
            raise
        raise ConfigurationError(
            f"{key} 由更新的 yrdx 写入，这里的 yrdx 不认识 was written by a newer yrdx; this one "
            f"does not know: {', '.join(newer[:3])}；请升级 yrdx 后重试 upgrade yrdx and try again"
        ) from error
