"""The looks of marked cells: copies of the looks that the partner chose, on another ground."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from yrdx.copies.package import UnusualWorkbook

MOST = 64_000
"""Looks that Excel takes in one workbook."""

_XF = re.compile(r"<xf\b[^>]*?/>|<xf\b[^>]*>.*?</xf>", re.DOTALL)
TEXT_FORMAT, GENERAL_FORMAT = "49", "0"


class Ink(StrEnum):
    """Why a cell is marked; each ground is told from the others in print without colours."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    CHANGED = "changed"
    HEADING = "heading"
    PROBLEM = "problem"
    PLAIN = "plain"


GROUNDS = {
    Ink.ERROR: ("FFFBD9D2", "medium", "FFB42318"),
    Ink.WARNING: ("FFFFF0C2", "mediumDashed", "FFB7791F"),
    Ink.INFO: ("FFE7F0FA", "dotted", "FF2B6CB0"),
    Ink.CHANGED: ("FFE2F3E5", "double", "FF2F855A"),
    Ink.HEADING: ("FF1F4E79", "thin", "FF1F4E79"),
}
"""Ground, and style and colour of the frame, by which a print without colours tells them."""

_FONTS = {
    Ink.HEADING: '<font><b/><sz val="10"/><color rgb="FFFFFFFF"/><name val="微软雅黑"/></font>',
    Ink.PLAIN: '<font><sz val="10"/><name val="微软雅黑"/></font>',
    Ink.PROBLEM: '<font><sz val="10"/><color rgb="FF8A1F0C"/><name val="微软雅黑"/></font>',
}


@dataclass(slots=True)
class Styles:
    """The part `styles.xml`, growing by the looks that marked cells need."""

    text: str
    looks: list[str] = field(init=False)
    _known: dict[tuple[int, Ink, str | None], int] = field(default_factory=dict)
    _grounds: dict[Ink, int] = field(default_factory=dict)
    _frames: dict[Ink, int] = field(default_factory=dict)
    _fonts: dict[Ink, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.looks = _XF.findall(self._inside("cellXfs"))
        if not self.looks or len(self.looks) >= MOST - 100:
            raise UnusualWorkbook("its looks cannot be added to")
        grounds = len(re.findall(r"<fill\b[^>]*>", self._inside("fills")))
        self._grounds = {ink: grounds + place for place, ink in enumerate(GROUNDS)}
        frames = len(re.findall(r"<border\b[^>]*>", self._inside("borders")))
        self._frames = {ink: frames + place for place, ink in enumerate(GROUNDS)}
        fonts = len(re.findall(r"<font\b[^>]*>", self._inside("fonts")))
        self._fonts = {ink: fonts + place for place, ink in enumerate(_FONTS)}

    def _inside(self, name: str) -> str:
        found = re.search(rf"<{name}\b[^>]*>(.*?)</{name}>", self.text, re.DOTALL)
        if found is None:
            raise UnusualWorkbook(f"styles.xml has no {name}")
        return found[1]

    def marked(self, style: int, ink: Ink, *, form: str | None = None) -> int:
        """The number of a look like `style`, marked; `form` is another number format."""
        key = (style, ink, form)
        if key not in self._known:
            if len(self.looks) >= MOST:
                key = (0, ink, form)
                if key in self._known:
                    return self._known[key]
            base = self.looks[style] if style < len(self.looks) else self.looks[0]
            self._known[key] = len(self.looks)
            self.looks.append(self._on_ground(base, ink, form))
        return self._known[key]

    def unmarked(self) -> dict[int, int]:
        """Looks that an earlier copy left on cells → the same looks on no ground, in no frame."""
        inks = [ink for ink in GROUNDS if ink is not Ink.HEADING]
        grounds = self._holding("fill", {GROUNDS[ink][0] for ink in inks})
        frames = self._holding("border", {GROUNDS[ink][2] for ink in inks})
        found = {}
        for number, look in enumerate(list(self.looks)):
            ground = re.search(r'\bfillId="([0-9]+)"', look)
            frame = re.search(r'\bborderId="([0-9]+)"', look)
            if ground and frame and ground[1] in grounds and frame[1] in frames:
                found[number] = len(self.looks)
                self.looks.append(_with(_with(look, "fillId", "0"), "borderId", "0"))
        return found

    def _holding(self, name: str, colours: set[str]) -> set[str]:
        """Numbers of the grounds, or frames, in one of these colours."""
        items = re.findall(
            rf"<{name}\b[^>]*?/>|<{name}\b[^>]*>.*?</{name}>", self._inside(f"{name}s"), re.DOTALL
        )
        return {
            str(number)
            for number, item in enumerate(items)
            if any(f'rgb="{colour}"' in item for colour in colours)
        }

    def _on_ground(self, look: str, ink: Ink, form: str | None) -> str:
        if ink in self._grounds:
            look = _with(_with(look, "fillId", str(self._grounds[ink])), "applyFill", "1")
            look = _with(_with(look, "borderId", str(self._frames[ink])), "applyBorder", "1")
        if ink in self._fonts:
            look = _with(_with(look, "fontId", str(self._fonts[ink])), "applyFont", "1")
        if form is not None:
            look = _with(_with(look, "numFmtId", form), "applyNumberFormat", "1")
        return look

    def written(self) -> str:
        """The part with all looks that were asked for."""
        fills = "".join(
            f'<fill><patternFill patternType="solid"><fgColor rgb="{ground}"/>'
            '<bgColor indexed="64"/></patternFill></fill>'
            for ground, _, _ in GROUNDS.values()
        )
        text = _grown(self.text, "fills", fills, len(GROUNDS))
        frames = "".join(_frame(style, colour) for _, style, colour in GROUNDS.values())
        text = _grown(text, "borders", frames, len(GROUNDS))
        text = _grown(text, "fonts", "".join(_FONTS.values()), len(_FONTS))
        known = len(_XF.findall(self._inside("cellXfs")))
        new = self.looks[known:]
        return _grown(text, "cellXfs", "".join(new), len(new))


def _frame(style: str, colour: str) -> str:
    sides = "".join(
        f'<{side} style="{style}"><color rgb="{colour}"/></{side}>'
        for side in ("left", "right", "top", "bottom")
    )
    return f"<border>{sides}<diagonal/></border>"


def _with(look: str, name: str, value: str) -> str:
    """An element with an attribute set."""
    tag, end, rest = re.match(r"(<xf\b[^>]*?)(/?>)(.*)", look, re.DOTALL).groups()  # type: ignore[union-attr]
    tag = re.sub(rf'\s{name}="[^"]*"', "", tag)
    return f'{tag.rstrip()} {name}="{value}"{end}{rest}'


def _grown(text: str, name: str, more: str, count: int) -> str:
    """A list of styles with more of them at its end, its count set right."""

    def count_on(tag: re.Match[str]) -> str:
        return re.sub(r'count="([0-9]+)"', lambda n: f'count="{int(n[1]) + count}"', tag[0])

    text = re.sub(rf"<{name}\b[^>]*>", count_on, text, count=1)
    return text.replace(f"</{name}>", f"{more}</{name}>", 1)
