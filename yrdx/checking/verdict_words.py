"""The verdict in a data officer's words: why it is so, and what to do now."""

from __future__ import annotations

from yrdx.model import Report, Severity, Text, Verdict


def reason(report: Report, verdict: Verdict) -> Text:
    """Why the delivery got its verdict, in a sentence."""
    good, bad = report.rows.admitted, report.rows.rejected
    share = bad / (good + bad) if good + bad else 0.0
    figures = (f"{share:.2%}", f"{report.tolerance:.0%}")
    if verdict is Verdict.ADMITTED:
        return Text(zh=f"共 {good:,} 行数据，全部合格。", en=f"All {good:,} rows of data are good.")
    if verdict is Verdict.ADMITTED_IN_PART:
        return Text(
            zh=f"{good:,} 行合格；{bad:,} 行有错误（占 {figures[0]}，未超过约定的 {figures[1]}），"
            "不能入库。",
            en=f"{good:,} rows are good; {bad:,} rows have errors ({figures[0]}, within the agreed "
            f"{figures[1]}) and stay out.",
        )
    if report.missing:
        return Text(
            zh=f"文件缺少 {len(report.missing)} 个必填字段，整份文件不能入库。",
            en=f"The file lacks {len(report.missing)} mandatory fields; all of it stays out.",
        )
    if share > report.tolerance:
        return Text(
            zh=f"{bad:,} 行有错误，占 {figures[0]}，超过约定的 {figures[1]}，整份文件不能入库。",
            en=f"{bad:,} rows have errors: {figures[0]}, more than the agreed {figures[1]}; the "
            "whole file stays out.",
        )
    if report.blocked_by:
        return Text(
            zh="每一行都合格或在容许范围内，但整体核对未通过（见下面的“错误”），整份文件不能入库。",
            en="The rows are good, or within what is agreed, but the delivery as a whole is not "
            "(see the errors below); all of it stays out.",
        )
    if report.count(Severity.ERROR):
        return Text(
            zh="文件本身有问题（见下面的“错误”），整份文件不能入库。",
            en="The file itself is at fault (see the errors below); all of it stays out.",
        )
    if aside := report.rows.set_aside:
        return Text(
            zh=f"读到的 {aside:,} 行都不计入数据（空行、标题、合计、说明，或外省的行），"
            "没有可入库的行。",
            en=f"None of the {aside:,} rows counts as data (blank, title, total, note, or of "
            "another province); there is nothing to admit.",
        )
    return Text(zh="文件里没有一行数据。", en="The file holds not a single row of data.")


def next_step(report: Report, verdict: Verdict, *, trial: bool) -> Text:
    """What to do now; `trial` is true where nothing was sent yet."""
    if verdict is not Verdict.ADMITTED:
        when = (
            Text(zh="自查通过后", en=" once it passes") if trial else Text(zh="重新", en=" again")
        )
        if report.rows.admitted + report.rows.rejected == 0 and not report.count(Severity.ERROR):
            return Text(
                zh=f"请在表头下面逐行填入本单位的数据，{when.zh}报送。",
                en=f"Fill in your rows of data below the header and send the file{when.en}.",
            )
        if report.rows.read == 0:
            return Text(
                zh=f"请按下面的“怎么改”处理好文件，{when.zh}报送。",
                en=f"Set the file right as told below and send it{when.en}.",
            )
        lacking = Text(zh="", en="")
        if report.missing:
            lacking = Text(zh="补上缺少的必填字段，并", en="Add the fields that are lacking, ")
        return Text(
            zh=f"请{lacking.zh}按“错误清单”（errors.xlsx）逐条修改原文件，{when.zh}报送完整文件"
            "；只报改过的行时，文件名末尾加“_更正”。",
            en=f"{lacking.en}{'correct' if lacking.en else 'Correct'} your file by the error list "
            f"(errors.xlsx) and send the whole file{when.en}; or the changed rows alone, under a "
            "name that ends in _delta.",
        )
    verify = _to_verify(report)
    if trial:
        return Text(zh=f"文件可以报送。{verify.zh}", en=f"The file is ready to be sent.{verify.en}")
    if report.count(Severity.ERROR):
        return Text(
            zh=f"数据将随下一期快照发布。{verify.zh}",
            en=f"The data goes into the next snapshot.{verify.en}",
        )
    return Text(
        zh=f"无需重报，数据将随下一期快照发布。{verify.zh}",
        en=f"Nothing to send again; the data goes into the next snapshot.{verify.en}",
    )


def _to_verify(report: Report) -> Text:
    """What is left to be looked at after an admission; of errors only those about the whole are."""
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    told_zh = [f"整体核对的 {errors:,} 处错误"] if errors else []
    told_en = [f"{errors:,} errors of the delivery as a whole"] if errors else []
    if warnings:
        told_zh.append(f"{warnings:,} 条警告")
        told_en.append(f"{warnings:,} warnings")
    if not told_zh:
        return Text(zh="", en="")
    resend = Text(zh="", en="")
    if errors:
        resend = Text(zh="确有遗漏或错误的，请更正后重报。", en=" Send it again where it is wrong.")
    return Text(
        zh=f"另有 {'、'.join(told_zh)}，请核实。{resend.zh}",
        en=f" Please verify {' and '.join(told_en)}.{resend.en}",
    )
