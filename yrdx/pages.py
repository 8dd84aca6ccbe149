"""Our pages: Jinja templates that lie beside the code, and escape all that is put into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined


def render(
    template: str,
    package: str,
    /,
    *,
    filters: Mapping[str, Callable[..., Any]] | None = None,
    **known: Any,
) -> str:
    """The page that a template of a package makes of what is `known`."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= filters or {}
    source = resources.files(package).joinpath(template).read_text(encoding="utf-8")
    return environment.from_string(source).render(**known)
