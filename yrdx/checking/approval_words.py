"""What a receipt says where a person must approve: that it waits, or what was decided."""

from __future__ import annotations

from yrdx.checking.verdict_words import next_step
from yrdx.model import Decision, Report, Text, Verdict

_WAITS = {
    Verdict.ADMITTED: Text(zh="校验通过，待审批", en="Good, waits for approval"),
    Verdict.ADMITTED_IN_PART: Text(zh="部分合格，待审批", en="Good in part, waits for approval"),
}
_NOT_YET = Text(
    zh="现在无需重报。按约定，合格的数据须经审批才能入库；审批结果会另发回执。",
    en="Nothing to send again now. By the agreement a person approves what is good before it is "
    "admitted; the decision comes with a receipt of its own.",
)
_REFUSED = Text(zh="未批准入库", en="Not approved")
_SEND_AGAIN = Text(
    zh="数据没有入库。请按下面的审批意见处理，改好后重新报送完整文件；对意见有疑问，请联系审批人。",
    en="Nothing was admitted. Follow the reason given below and send the whole file again; ask "
    "whoever decided where it is not clear.",
)


def how_it_stands(
    report: Report, verdict: Verdict, *, status: Text, decision: Decision | None = None
) -> tuple[Text, Text]:
    """Status and next step, for a receipt; `status` is that of the verdict alone."""
    if decision is not None and not decision.approved:
        return _REFUSED, _SEND_AGAIN
    if decision is None and report.needs_approval:
        return _WAITS[verdict], _NOT_YET
    return status, next_step(report, verdict, trial=report.delivery.received_at is None)
