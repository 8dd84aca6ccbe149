"""Which column of a raw file each field is sealed from, what is kept, and what is left behind."""

from __future__ import annotations

from dataclasses import dataclass

from yrdx.dataset import Dataset, Raw, Seal
from yrdx.errors import ConfigurationError
from yrdx.reading import DOUBT, ROW, Table
from yrdx.reading.header import plain
from yrdx.sealing.raw_numbers import DOCUMENT_HEADERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Field → column of `Table.frame` for what is sealed; the fields that are kept as they are.

    `beginnings` are the fields that show a part of another sealed field's number. `document_type`
    is the column that states the type of identity document, if there is one.
    """

    persons: dict[str, str]
    certificates: dict[str, str]
    beginnings: dict[str, Seal]
    document_type: str | None
    kept: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def sealed(self) -> dict[str, str]:
        """Field → raw column, of all that are hashed."""
        return {**self.persons, **self.certificates}


def sources_of(table: Table, dataset: Dataset, *, id_column: str | None = None) -> Sources:
    """Find the raw columns by their headers; raises `ConfigurationError` where one is not there."""
    seals = {name: column.seal for name, column in dataset.columns.items() if column.seal}
    if not any(seal.raw is Raw.PERSON for seal in seals.values()):
        raise ConfigurationError(
            f"数据集 {dataset.name} 没有需要脱敏的个人标识 has no personal numbers to be sealed; "
            f"send the file as it is"
        )
    persons = {
        name: _source(name, seal, table, dataset, stated=id_column)
        for name, seal in seals.items()
        if seal.raw is Raw.PERSON
    }
    certificates = {
        name: _source(name, seal, table, dataset, stated=None)
        for name, seal in seals.items()
        if seal.raw is Raw.CERTIFICATE
    }
    taken = {*persons.values(), *certificates.values()}
    kept = tuple(
        name
        for name in dataset.columns
        if name in table.source_columns and name not in seals and name not in taken
    )
    document_type = _only(_named(table, DOCUMENT_HEADERS), table, "证件类型")
    used = {*taken, *kept, ROW, DOUBT}
    return Sources(
        persons=persons,
        certificates=certificates,
        beginnings={name: seal for name, seal in seals.items() if seal.part_of},
        document_type=document_type,
        kept=kept,
        dropped=tuple(
            table.headers.get(name, name) for name in table.source_columns if name not in used
        ),
    )


def _source(name: str, seal: Seal, table: Table, dataset: Dataset, *, stated: str | None) -> str:
    """The raw column of a field: the one stated, one of a known name, else the field's own."""
    title = dataset.columns[name].title.zh
    if stated is not None:
        found = _only([*_named(table, (stated,))], table, title)
        if found is None:
            raise ConfigurationError(
                f"文件中没有“{stated}”列 the file has no column {stated!r}。列 columns: "
                f"{'、'.join(table.headers.values())}"
            )
        return found
    found = _only(
        [n for n in _named(table, seal.headers) if n not in dataset.columns], table, title
    )
    if found is None and name in table.source_columns:
        found = name
    if found is None:
        known = "、".join((*seal.headers[:8], *dataset.columns[name].synonyms[:4]))
        raise ConfigurationError(
            f"找不到用于生成“{title}”的列（如 {known}）；身份证号列可用 --id-column 指定 no column "
            f"to seal {name} from; name that of the ID numbers by --id-column"
        )
    return found


def _named(table: Table, headers: tuple[str, ...]) -> list[str]:
    """The columns whose header, or its lowest part, is one of these."""
    wanted = {plain(header) for header in headers}
    return [
        name
        for name, header in table.headers.items()
        if wanted & {plain(header), plain(header.rpartition("/")[2])}
    ]


def _only(names: list[str], table: Table, title: str) -> str | None:
    if len(names) > 1:
        headers = "、".join(f"{table.letters.get(n, '')}“{table.headers[n]}”" for n in names)
        raise ConfigurationError(
            f"有 {len(names)} 列都像“{title}”的来源 several columns may be meant: {headers}；"
            f"请只保留一列，或用 --id-column 指定 keep one of them, or name it by --id-column"
        )
    return names[0] if names else None
