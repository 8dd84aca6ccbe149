"""Reads a YAML file into a value; whatever is wrong in it is told by file, field and fix."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from yrdx.errors import ConfigurationError

Value = TypeVar("Value", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """Refuses a field that is stated twice: the parser would take the last one in silence."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        stated: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in stated:
                raise yaml.composer.ComposerError(
                    None, None, f"{key.value!r} is stated twice; keep one of them", key.start_mark
                )
            stated.add(key.value)
        return node


def parse(text: str) -> Any:
    """What a text says; raises `yaml.YAMLError`, or `ValueError` for a day that there is not."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe one


def read_yaml(path: Path, model: type[Value]) -> Value:
    """The value that a file describes; raises `ConfigurationError` naming file, field and fix."""
    try:
        return model.model_validate(parse(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigurationError(
            f"{path.name} cannot be read ({error.strerror}); expected a file that this account "
            "may read: mend its permissions, or take it away"
        ) from error
    except ValidationError as error:
        raise ConfigurationError(f"{path.name}: {told(error)}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} is not readable YAML: {error}") from error
    except ValueError as error:
        raise ConfigurationError(
            f"{path.name} holds a day or number that there is not ({error}), such as 2025-13-45; "
            "correct it, or put it into quotes where it is a text"
        ) from error


def told(error: ValidationError) -> str:
    """What is wrong with which field; never what stands there, which may be a secret."""
    return "; ".join(
        f"{'.'.join(map(str, item['loc'])) or 'file'}: "
        + (
            "there is no such field"
            if item["type"] == "extra_forbidden"
            else item["msg"].removeprefix("Value error, ")
        )
        for item in error.errors(include_url=False)
    )
