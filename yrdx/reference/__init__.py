"""Lists that an operator loads: read and judged, kept by version, compared, given to a check."""

from yrdx.reference.difference import Difference, difference
from yrdx.reference.importing import Imported, import_list
from yrdx.reference.keeping import (
    About,
    about_of,
    in_use,
    keep,
    known_versions,
    load,
    loaded_lists,
    use,
)

__all__ = [
    "About",
    "Difference",
    "Imported",
    "about_of",
    "difference",
    "import_list",
    "in_use",
    "keep",
    "known_versions",
    "load",
    "loaded_lists",
    "use",
]
