"""The second look at suspicious rows: normalised, judged again, and explained where still wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from yrdx.checking.findings import FOUND, FindingsFile, Wording, key_text, wording_of
from yrdx.checking.followers import Mask, fold
from yrdx.checking.marking import IS_FOREIGN, foreign_and_key, typed
from yrdx.checking.parsing import raw
from yrdx.checking.plan import Plan
from yrdx.checking.repairs import repair_rows
from yrdx.checking.result import Terms
from yrdx.dataset import Kind
from yrdx.model import Note, Severity
from yrdx.reading import RowApart, Table, normalise, set_apart
from yrdx.reading.cells import Repaired
from yrdx.reading.normalise import FINDINGS
from yrdx.reading.table import ROW
from yrdx.rule import Rule

_ANY_TEXT = frozenset({"required_value_is_missing", "text_is_too_long"})
"""Rules for a code that the header of its column, and most notes, keep as well."""

_HAS_ERROR, _WAS_CHANGED = "has error", "was changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What became of one slice of suspicious rows; all frames are typed.

    `admitted` may carry warnings. `foreign` belong to another province and are set aside.
    `data` is all three together with the wrong ones.
    """

    data: pl.DataFrame
    admitted: pl.DataFrame
    wrong: pl.DataFrame
    foreign: pl.DataFrame
    apart: tuple[RowApart, ...]
    notes: tuple[Note, ...]
    normalised: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Rows after normalising: typed, each rule's verdict on them, and the texts as they were read.

    `own` are the rows that are not to be set aside; `flags` has one column a rule, true where it
    is broken. `apart` are rows that are no data: none of the frames holds them.
    """

    read: pl.DataFrame
    data: pl.DataFrame
    own: pl.DataFrame
    flags: pl.DataFrame
    doubts: pl.DataFrame
    notes: tuple[Note, ...]
    apart: tuple[RowApart, ...] = ()

    def perhaps_no_data(self, plan: Plan) -> pl.DataFrame:
        """The wrong rows that may be totals, bands or notes, as they were read.

        None of those has codes for a key that keep their rules. Telling them apart is dear, and
        most wrong rows of a large delivery are wrong elsewhere.
        """
        suspects = self.own.select(_HAS_ERROR).to_series()
        if milder := [str(n) for n, rule in _numbered(plan) if plan.is_milder(rule)]:
            suspects = suspects | self.flags.select(pl.any_horizontal(milder)).to_series()
        columns = plan.dataset.columns
        codes = [name for name in plan.key if columns[name].kind is Kind.CODE]
        if any(rule.code not in _ANY_TEXT for name in codes for rule in columns[name].rules):
            broken = [str(n) for n, rule in _numbered(plan) if rule.column in plan.key]
            empty = self.own.select(pl.any_horizontal(pl.col(codes).is_null())).to_series()
            suspects = suspects & (
                self.flags.select(pl.any_horizontal(broken)).to_series() | empty
                if broken
                else empty
            )
        numbers = self.own[ROW].filter(suspects)
        return self.read.filter(pl.col(ROW).is_in(numbers.implode()))


def judge_again(
    rows: pl.DataFrame, table: Table, plan: Plan, *, before: Repaired | None = None
) -> Judged:
    """Normalise raw rows and judge them by the rules of the first pass.

    `before` are the repairs of slices that came earlier.

    A row that keeps the whole contract is data. So only the others are asked whether they are
    totals, bands or notes; where some are, the rest is looked at anew, so that what was repaired
    in them is not counted.
    """
    judged = _judge(rows, table, plan, before=before)
    separated = set_apart(judged.perhaps_no_data(plan), table)
    if not separated.apart:
        return judged
    apart = pl.Series([item.row for item in separated.apart], dtype=pl.UInt32)
    rows = rows.filter(~pl.col(ROW).is_in(apart.implode()))
    return replace(_judge(rows, table, plan, before=before), apart=separated.apart)


def explain(judged: Judged, plan: Plan, *, findings: FindingsFile) -> Seen:
    """Write the findings of rows that were judged again, and say what became of each row."""
    findings.add(_found(judged, plan=plan, findings=findings))
    own = judged.own
    admitted = own.filter(~pl.col(_HAS_ERROR))
    return Seen(
        data=judged.data,
        admitted=admitted,
        wrong=own.filter(_HAS_ERROR),
        foreign=judged.data.filter(IS_FOREIGN),
        apart=judged.apart,
        notes=judged.notes,
        normalised=int(admitted[_WAS_CHANGED].sum()),
    )


def _judge(rows: pl.DataFrame, table: Table, plan: Plan, *, before: Repaired | None) -> Judged:
    repaired = repair_rows(normalise(rows, table, plan.dataset, before=before), plan)
    data = _typed(repaired.rows, plan, original=rows)
    doubts = repaired.findings.filter(~pl.col(ROW).is_in(data.filter(IS_FOREIGN)[ROW].implode()))
    own = data.filter(~pl.col(IS_FOREIGN))
    # Lazily, for what several rules ask is then asked once.
    flags = (
        own.lazy()
        .select(~rule.holds(plan.terms.day_of(rule)).alias(str(n)) for n, rule in _numbered(plan))
        .collect()
    )
    wrong_rows = _rows_in_doubt(doubts)
    errors = [str(n) for n, rule in _numbered(plan) if rule.severity is Severity.ERROR]
    has_error = own[ROW].is_in(wrong_rows.implode()).alias(_HAS_ERROR)
    if errors:
        has_error = has_error | flags.select(pl.any_horizontal(errors)).to_series()
    return Judged(
        read=rows,
        data=data,
        own=own.with_columns(has_error.alias(_HAS_ERROR)),
        flags=flags,
        doubts=doubts,
        notes=repaired.notes,
    )


def _numbered(plan: Plan) -> list[tuple[int, Rule]]:
    return list(enumerate(plan.rules))


def _typed(rows: pl.DataFrame, plan: Plan, *, original: pl.DataFrame) -> pl.DataFrame:
    """Typed rows with the marks that the streaming pass gives too, and whether they changed."""
    changed = pl.any_horizontal(
        pl.lit(rows[name].ne_missing(original[name])) for name in plan.supplied
    )
    texts = rows.lazy().with_columns(changed.alias(_WAS_CHANGED))
    return typed(texts, plan).with_columns(foreign_and_key(plan)).collect()


def _rows_in_doubt(doubts: pl.DataFrame) -> pl.Series:
    """Rows with a finding of normalising that rejects them."""
    rejecting = [rule for rule, texts in FINDINGS.items() if texts[0] is Severity.ERROR]
    return doubts.filter(pl.col("rule").is_in(rejecting))[ROW]


def _found(judged: Judged, *, plan: Plan, findings: FindingsFile) -> pl.DataFrame:
    """All findings of the rows, in the form that `FindingsFile.add` takes."""
    own = judged.own.with_columns(key_text(plan.dataset).alias("key"))
    texts = judged.read
    if own.height != texts.height:
        texts = texts.join(own.select(ROW), on=ROW, how="semi", maintain_order="left")
    folded = fold(
        plan.rules, _broken(own, judged, plan), plan=plan, rows=own[ROW], doubts=judged.doubts
    )
    findings.follow(folded.followers)
    parts = [
        _of_rule(
            own, pl.Series(rows), texts, rule=plan.rules[n], terms=plan.terms, findings=findings
        )
        for n, rows in folded.flags.items()
    ]
    parts.append(_of_doubts(own, folded.doubts, texts, findings))
    return pl.concat(parts)


def _broken(own: pl.DataFrame, judged: Judged, plan: Plan) -> dict[int, Mask]:
    """The rows in which each rule is broken.

    A text that is no value of its kind is one wrong, and it is told by its own rule: nothing is
    missing there.
    """
    found: dict[int, Mask] = {}
    for number, rule in _numbered(plan):
        is_wrong = judged.flags[str(number)]
        if rule.code == "required_value_is_missing" and raw(rule.column) in own.columns:
            is_wrong = is_wrong & own[raw(rule.column)].is_null()
        if is_wrong.any():
            found[number] = is_wrong.to_numpy()
    return found


def _of_rule(
    own: pl.DataFrame,
    is_wrong: pl.Series,
    texts: pl.DataFrame,
    *,
    rule: Rule,
    terms: Terms,
    findings: FindingsFile,
) -> pl.DataFrame:
    number = findings.number(wording_of(rule))
    value = texts[rule.column] if rule.column in texts.columns else _nulls(own.height)
    return pl.DataFrame(
        {
            ROW: own[ROW].filter(is_wrong),
            "key": own["key"].filter(is_wrong),
            "value": value.filter(is_wrong),
            "candidate": _candidates(own, is_wrong, rule, terms),
        }
    ).select(
        ROW,
        pl.lit(number, dtype=pl.Int32).alias("number"),
        "key",
        "value",
        "candidate",
    )


def _candidates(own: pl.DataFrame, is_wrong: pl.Series, rule: Rule, terms: Terms) -> pl.Series:
    if rule.candidate is None:
        return _nulls(int(is_wrong.sum()))
    proposed = rule.candidate(terms.day_of(rule)).cast(pl.String).alias("candidate")
    return own.filter(is_wrong).select(proposed).to_series()


def _nulls(rows: int) -> pl.Series:
    return pl.repeat(None, rows, dtype=pl.String, eager=True)


def _of_doubts(
    own: pl.DataFrame, doubts: pl.DataFrame, texts: pl.DataFrame, findings: FindingsFile
) -> pl.DataFrame:
    """What normalising found ambiguous or beyond repair."""
    parts = [pl.DataFrame(schema=FOUND)]
    for (rule, column), part in doubts.partition_by("rule", "column", as_dict=True).items():
        severity, message, remedy, source = FINDINGS[str(rule)]
        name = None if column is None else str(column)
        number = findings.number(
            Wording(
                rule=str(rule),
                severity=severity,
                column=name,
                message=message,
                remedy=remedy,
                source=source,
            )
        )
        values = texts[name] if name in texts.columns else _nulls(own.height)
        known = pl.DataFrame({ROW: own[ROW], "key": own["key"]}).with_columns(value=values)
        parts.append(
            part.join(known, on=ROW, how="left", maintain_order="left").select(
                pl.col(ROW).cast(pl.UInt32),
                pl.lit(number, dtype=pl.Int32).alias("number"),
                "key",
                "value",
                pl.col("candidate").cast(pl.String),
            )
        )
    return pl.concat(parts)
