"""A partner's dry run: the check of a file that nobody has received."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from yrdx import catalogue
from yrdx.checking.attempts import Past
from yrdx.checking.proof import REPORT
from yrdx.checking.result import Terms
from yrdx.dataset import Dataset
from yrdx.model import Delivery, Report
from yrdx.pipeline.attempts import Line
from yrdx.pipeline.corrected import merge
from yrdx.pipeline.examination import look_at
from yrdx.pipeline.ground import Ground, ground_of, naming
from yrdx.pipeline.judgement import examine
from yrdx.pipeline.landing import identify
from yrdx.reading import PERSONAL_RULES, Refusal
from yrdx.settings import COPY_ROWS
from yrdx.store.port import ObjectStore

Progress = Callable[[int], None]


def check_file(  # noqa: PLR0913 - each is something that a partner may state
    path: Path,
    delivery: Delivery,
    *,
    terms: Terms,
    store: ObjectStore | None,
    lists: ObjectStore | None = None,
    into: Path,
    base: Path | None = None,
    keep_rows: bool = True,
    copy_rows: int = COPY_ROWS,
    progress: Progress | None = None,
) -> Report:
    """The same rules and the same receipt as those of the exchange; nothing is landed.

    Report, findings and receipt are written into the folder `into`. Where `base` is given, the
    file holds corrected rows only, which are put over the rows of that file, and the receipt
    compares both as two attempts. Without a `store`, references to other datasets are listed as
    not checked; loaded lists are taken from `lists`, else from it. Whoever does not look at the
    good rows spares their writing by `keep_rows`; `copy_rows` is how large the annotated and the
    corrected copy may be. Rules in the shadow are not run: what they find is for the exchange
    alone.
    """
    dataset = catalogue.dataset(delivery.dataset)
    ground = ground_of(dataset, delivery, store=store, lists=lists or store)
    ground = naming(ground, terms, copy_rows=copy_rows)
    terms = replace(terms, in_force=terms.in_force.without_shadow())
    with TemporaryDirectory() as folder:
        if base is not None:
            before = identify(
                base,
                filename=base.name,
                **delivery.model_dump(include={"province", "unit", "dataset", "period"}),
            )
            delivery = delivery.model_copy(update={"base": before.sha256})
            past = _attempt_with(base, dataset, before, terms, ground, into=Path(folder))
            path, ground = _corrected(path, base, dataset, delivery, ground, into=into)
            versions = Line(reports=past.reports).within(ground.versions)
            ground = replace(ground, past=past, versions=versions)
        report = examine(
            path,
            dataset,
            delivery=delivery,
            terms=terms,
            ground=ground,
            into=into,
            keep_rows=keep_rows,
            progress=progress,
        )
    (into / REPORT).write_text(report.model_dump_json(indent=2), encoding="utf-8")
    return report


def _attempt_with(
    base: Path, dataset: Dataset, before: Delivery, terms: Terms, ground: Ground, *, into: Path
) -> Past:
    """The base as the attempt before: checked as the corrections will be, without its copies."""
    report = examine(
        base,
        dataset,
        delivery=before,
        terms=terms,
        ground=replace(ground, copy_rows=None),
        into=into,
        keep_rows=False,
        progress=None,
    )
    was_read = report.verdict is not None and report.rows.read
    findings = {before.sha256: into / "findings.parquet"} if was_read else {}
    return Past(reports=(report,) if report.verdict else (), findings=findings)


def _corrected(
    path: Path, base: Path, dataset: Dataset, delivery: Delivery, ground: Ground, *, into: Path
) -> tuple[Path, Ground]:
    """The whole that corrections make with their base, written `into`, or why it cannot be made.

    Raw personal numbers refuse the corrections themselves: what lies beside the columns of the
    dataset would not come into the whole.
    """
    seen = look_at(path, dataset, filename=delivery.filename)
    if isinstance(seen, Refusal) and {item.rule for item in seen.findings} & PERSONAL_RULES:
        return path, replace(ground, corrected=seen)
    whole, corrected = merge(base, path, dataset, names=(base.name, delivery.filename), into=into)
    return whole, replace(ground, corrected=corrected)
