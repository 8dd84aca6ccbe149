"""Cell comments that say what is wrong, put beside those that the partner wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yrdx.copies.package import MAIN, Package, UnusualWorkbook
from yrdx.copies.places import Place, name_of, range_of
from yrdx.excel import xml_text

AUTHOR = "校验回执 yrdx"
_BLOCK = 1024
"""Numbers of shapes come in blocks, and no two drawings of a workbook may share one."""

_COMMENT = re.compile(
    r'(<comment\b[^>]*\bref="([A-Z]{1,3}[0-9]+)"[^>]*>)(.*?)(</comment>)', re.DOTALL
)
_DATA = re.compile(r'(<o:idmap\b[^>]*\bdata=")([0-9, ]*)(")')
_NEW_COMMENTS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<comments xmlns="{MAIN.decode()}"><authors></authors><commentList></commentList></comments>'
)
_NEW_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data=""/></o:shapelayout></xml>'
)
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;visibility:hidden;'
    'width:260pt;height:{height}pt;z-index:{z}" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
    "<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 12, {top}, 4, {right}, 8, {bottom}, 8"
    "</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
    "</x:ClientData></v:shape>"
)


@dataclass(frozen=True, slots=True)
class Commented:
    """The parts of one sheet in which its comments are to be written."""

    comments: str
    drawing: str
    drawing_link: str
    is_new_drawing: bool


def prepare(package: Package, sheet: str) -> Commented | None:
    """Find, or link and declare, the parts that hold the comments of a sheet.

    None for a sheet whose comments are conversations: those would be torn by one of ours.
    """
    links = package.links(sheet)
    if any(kind == "threadedComment" for kind, _ in links.values()):
        return None
    comments = next((part for kind, part in links.values() if kind == "comments"), None)
    if comments is None:
        comments = package.free_name("xl/yrdxComments{}.xml")
        package.put(comments, _NEW_COMMENTS)
        package.declare(comments, "comments")
        package.link(sheet, kind="comments", target=comments)
    # A sheet may have two drawings of this kind, one of them of its page header.
    drawings = {name: part for name, (kind, part) in links.items() if kind == "vmlDrawing"}
    known = _drawing_of_comments(package, drawings)
    if known is not None:
        return Commented(comments, drawings[known], known, is_new_drawing=False)
    drawing = package.free_name("xl/drawings/yrdxDrawing{}.vml")
    package.put(drawing, _NEW_DRAWING)
    package.declare_drawings()
    link = package.link(sheet, kind="vmlDrawing", target=drawing)
    return Commented(comments, drawing, link, is_new_drawing=True)


def _drawing_of_comments(package: Package, drawings: dict[str, str]) -> str | None:
    for link, part in drawings.items():
        if "ObjectType=" in package.text(part):
            return link
    return None


def write(package: Package, parts: Commented, comments: dict[Place, str]) -> None:
    """Write comments; what a cell is told already stays, and ours follows it."""
    _take_away(package, parts)
    text = package.text(parts.comments)
    told = {found[2] for found in _COMMENT.finditer(text)}
    if "<commentList" not in text or len(told) != len(re.findall(r"<comment\b", text)):
        raise UnusualWorkbook("its comments are not written as usual")
    texts = {name_of(place): said for place, said in comments.items()}
    text = _COMMENT.sub(lambda found: _continued(found, texts), text)
    new = {place: said for place, said in comments.items() if name_of(place) not in told}
    package.put(parts.comments, _with_new(text, new))
    package.put(parts.drawing, _drawn(package, package.text(parts.drawing), list(new)))


def _take_away(package: Package, parts: Commented) -> None:
    """Remove the comments of an earlier copy that the partner corrected and sent."""
    text = package.text(parts.comments)
    authors = re.findall(r"<author\b[^>]*?(?:/>|>(.*?)</author>)", text)
    ours = {str(number) for number, name in enumerate(authors) if name == AUTHOR}
    gone = set()
    for found in _COMMENT.finditer(text):
        author = re.search(r'\bauthorId="([0-9]+)"', found[1])
        if author and author[1] in ours:
            gone.add(found[2])
    if not gone:
        return
    package.put(parts.comments, _COMMENT.sub(lambda each: "" if each[2] in gone else each[0], text))
    places = {range_of(name)[0] for name in gone}

    def kept(shape: re.Match[str]) -> str:
        row = re.search(r"<x:Row>\s*([0-9]+)", shape[0])
        column = re.search(r"<x:Column>\s*([0-9]+)", shape[0])
        is_gone = row and column and (int(row[1]) + 1, int(column[1]) + 1) in places
        return "" if is_gone else shape[0]

    drawing = package.text(parts.drawing)
    package.put(parts.drawing, re.sub(r"<v:shape\s.*?</v:shape>", kept, drawing, flags=re.DOTALL))


def _continued(found: re.Match[str], texts: dict[str, str]) -> str:
    """A comment of the partner's with ours after it."""
    said = texts.get(found[2])
    if said is None or "</text>" not in found[3]:
        return found[0]
    body = re.sub(
        r"(<text>)(<t\b[^>]*>.*?</t>)", r"\1<r>\2</r>", found[3], count=1, flags=re.DOTALL
    )
    return found[1] + body.replace("</text>", f"{_run(chr(10) + said)}</text>") + found[4]


def _run(said: str) -> str:
    return (
        '<r><rPr><sz val="9"/><rFont val="微软雅黑"/></rPr>'
        f'<t xml:space="preserve">{xml_text(said)}</t></r>'
    )


def _with_new(text: str, new: dict[Place, str]) -> str:
    text = re.sub(r"<authors\s*/>", "<authors></authors>", text)
    text = re.sub(r"<commentList\s*/>", "<commentList></commentList>", text)
    author = len(re.findall(r"<author\b[^>]*>", text))
    text = text.replace("</authors>", f"<author>{AUTHOR}</author></authors>")
    lines = [
        f'<comment ref="{name_of(place)}" authorId="{author}"><text>{_run(said)}</text></comment>'
        for place, said in sorted(new.items())
    ]
    return text.replace("</commentList>", "".join(lines) + "</commentList>")


def _drawn(package: Package, text: str, places: list[Place]) -> str:
    """The drawing with an empty box for each new comment; programs put the text into it."""
    end = text.rfind("</xml>")
    if end < 0:
        raise UnusualWorkbook("its drawings are not written as usual")
    blocks = _free_blocks(package, -(-len(places) // (_BLOCK - 1)))
    if _DATA.search(text):
        text = _DATA.sub(
            lambda found: found[1] + _joined(found[2], blocks) + found[3], text, count=1
        )
    else:
        data = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{_joined("", blocks)}"/>'
        place = text.index(">", text.index("<xml")) + 1
        text = f"{text[:place]}{data}</o:shapelayout>{text[place:]}"
    shapes = [] if 'id="_x0000_t202"' in text else [_SHAPE_TYPE]
    for number, (row, column) in enumerate(sorted(places)):
        block, within = divmod(number, _BLOCK - 1)
        left, top = column, max(row - 2, 0)
        shapes.append(
            _SHAPE.format(
                id=blocks[block] * _BLOCK + within + 1, z=number + 1, height=96, row=row - 1,
                column=column - 1, left=left, right=left + 4, top=top, bottom=top + 6,
            )
        )  # fmt: skip
    end = text.rfind("</xml>")
    return text[:end] + "".join(shapes) + text[end:]


def _joined(known: str, blocks: list[int]) -> str:
    return ",".join(filter(None, [known.strip(), *map(str, blocks)]))


def _free_blocks(package: Package, count: int) -> list[int]:
    """Blocks of numbers that no drawing of the workbook uses."""
    taken = {0}
    for name in package.names:
        if name.lower().endswith(".vml"):
            for found in _DATA.finditer(package.text(name)):
                taken |= {int(number) for number in re.findall("[0-9]+", found[2])}
    first = max(taken) + 1
    return list(range(first, first + count))
