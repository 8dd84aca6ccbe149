"""Reads a YAML file into a value; whatever is wrong in it is told by file, field and fix."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from yrdx.errors import ConfigurationError

Value = TypeVar("Value", bound=BaseModel)


def read_yaml(path: Path, model: type[Value]) -> Value:
    """The value that a file describes; raises `ConfigurationError` naming file, field and fix."""
    try:
        return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigurationError(
            f"{path.name} cannot be read ({error.strerror}); expected a file that this account "
            "may read: mend its permissions, or take it away"
        ) from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}" for item in error.errors()
        )
        raise ConfigurationError(f"{path.name}: {problems}") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: no UTF-8, or a day like 2025-13-45
        raise ConfigurationError(f"{path.name} is not readable YAML: {error}") from error
