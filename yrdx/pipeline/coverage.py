"""Why something that came is in no snapshot: what a release tells of deliveries kept out."""

from __future__ import annotations

from yrdx.model import Delivery, Text, Verdict
from yrdx.pipeline.approval import decision_on, is_waiting
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.listing import newest_report
from yrdx.store import layout

_HELD_BACK = Text(zh="该数据集暂不列入发布批次", en="the dataset is held back from releases")
_REFUSED = Text(
    zh="含个人号码，收到时即拒收", en="refused on receipt: it held raw personal numbers"
)
_UNCHECKED = Text(zh="已收到，尚未校验", en="received and not checked yet")
_REJECTED = Text(zh="校验未通过，已退回", en="rejected by the check")
_WAITING = Text(zh="校验通过，等待审批", en="checked, and waits for approval")
_UNPUBLISHED = Text(zh="已入库，尚未发布", en="admitted and not published yet")


def why_withheld(
    exchange: Exchange, *, province: str, unit: str, dataset: str, period: str
) -> Text | None:
    """Why the last delivery of a unit for a period is in no snapshot; None where nothing came.

    Of a dataset that releases are to be without nothing is, whatever came.
    """
    if dataset in exchange.settings.release_without:
        return _HELD_BACK
    prefix = layout.landed_prefix(province=province, unit=unit, dataset=dataset) + f"{period}/"
    landed = [
        Delivery.model_validate_json(exchange.store.get(item.key))
        for item in exchange.store.list(prefix)
        if layout.is_delivery(item.key)
    ]
    last = max(landed, key=lambda item: (item.attempt or 0, item.sha256), default=None)
    return None if last is None else _why(exchange, last)


def _why(exchange: Exchange, delivery: Delivery) -> Text:
    if delivery.refused:
        return _REFUSED
    report = newest_report(exchange, delivery)
    if report is None or report.verdict is None:
        return _UNCHECKED
    if report.verdict is Verdict.REJECTED:
        return _REJECTED
    if is_waiting(exchange, report):
        return _WAITING
    decision = decision_on(exchange, report)
    if decision is not None and not decision.approved:
        return Text(
            zh=f"审批未通过：{decision.reason}", en=f"approval was refused: {decision.reason}"
        )
    return _UNPUBLISHED
