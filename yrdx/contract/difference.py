"""What has changed between two contracts, whom it breaks, and which version it asks for.

Contracts are compared as ODCS documents: the exported file of one version with another, or with
the dataset as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from yrdx.errors import ConfigurationError
from yrdx.model import Text

Facts = Mapping[str, Any]


class Step(IntEnum):
    """Which number of the version a change raises."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change, at a field, a rule or the whole contract.

    `provider`: a file that was good may be refused. `reader`: a program that reads may fail or
    misunderstand. What breaks either asks for a new major version.
    """

    place: str
    text: Text
    provider: bool = False
    reader: bool = False
    minor: bool = True

    @property
    def step(self) -> Step:
        """The version step that this change alone asks for."""
        if self.provider or self.reader:
            return Step.MAJOR
        return Step.MINOR if self.minor else Step.PATCH


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one contract to another."""

    old: str
    new: str
    changes: tuple[Change, ...]

    @property
    def asked(self) -> Step:
        """The version step that the changes ask for."""
        return max((change.step for change in self.changes), default=Step.NONE)

    @property
    def taken(self) -> Step:
        """The version step that was taken; none where the version went back."""
        numbers = [[int(part) for part in text.split(".")] for text in (self.old, self.new)]
        for step, was, now in zip((Step.MAJOR, Step.MINOR, Step.PATCH), *numbers, strict=True):
            if was != now:
                return step if now > was else Step.NONE
        return Step.NONE

    @property
    def is_compatible(self) -> bool:
        """Whether nothing breaks anybody without a new major version."""
        return self.asked < Step.MAJOR or self.taken is Step.MAJOR


@dataclass(frozen=True, slots=True)
class Contract:
    """An ODCS document of ours, opened up."""

    name: str
    version: str
    facts: Facts
    fields: dict[str, Facts]
    code_lists: dict[str, Facts]


def opened(document: object, *, called: str) -> Contract:
    """Open an ODCS document of ours; `called` names it in the message where it is none."""
    try:
        if not isinstance(document, Mapping):
            raise TypeError  # noqa: TRY301 - told below, like all that is missing
        facts = {**document, **_custom(document)}
        (table,) = document["schema"]
        fields: dict[str, Facts] = {
            str(item["name"]): {**item, **_custom(item)} for item in table["properties"]
        }
        grain = table.get("dataGranularityDescription", "")
        name, version = str(document["name"]), str(document["version"])
        if len([int(part) for part in version.split(".")]) != 3:
            raise ValueError  # noqa: TRY301 - told below
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            f"{called} 不是本系统导出的 ODCS 契约文件 is no contract of ours in ODCS; make one by: "
            "yrdx contract export DATASET --format odcs"
        ) from error
    lists = facts.get("codeLists", {})
    return Contract(name, version, {**facts, "grain": grain}, fields, lists)


def difference(old: Contract, new: Contract) -> Difference:
    """All that has changed from the old contract to the new one."""
    if old.name != new.name:
        raise ConfigurationError(
            f"这是两个数据集的契约 these are contracts of two datasets: {old.name}, {new.name}; "
            "compare two versions of one"
        )
    changes = (*_of_contract(old, new), *_of_fields(old, new), *_of_lists(old, new))
    return Difference(old.version, new.version, changes)


def _custom(facts: Facts) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in facts.get("customProperties", ())}


def _was(zh: str, en: str, *, was: Any, now: Any) -> Text:
    return Text(zh=f"{zh}：{_said(was)} → {_said(now)}", en=f"{en}: {_said(was)} → {_said(now)}")


def _said(value: Any) -> str:
    match value:
        case None | "" | []:
            return "—"
        case list():
            return "、".join(map(str, value))
        case bool():
            return "是" if value else "否"
        case _:
            return str(value)


def _of_contract(old: Contract, new: Contract) -> Iterator[Change]:
    watched = (
        ("key", "主键改变", "the key changed", True),
        ("alternativeKey", "备用主键改变", "the alternative key changed", True),
        ("periodicity", "报送周期改变", "the periodicity changed", True),
        ("periodColumn", "期次字段改变", "the period column changed", True),
        ("grain", "每行的含义改变，请核实", "what a row stands for was reworded", False),
    )
    for name, zh, en, breaks in watched:
        was, now = old.facts.get(name), new.facts.get(name)
        if was != now:
            text = _was(zh, en, was=was, now=now)
            yield Change(place=name, text=text, provider=breaks, reader=breaks)
    for name in ("titleZh", "titleEn", "supplierZh", "supplierEn", "clauses", "description"):
        if old.facts.get(name) != new.facts.get(name):
            text = Text(zh="说明文字改变", en="a describing text changed")
            yield Change(place=name, text=text, minor=False)


def _of_fields(old: Contract, new: Contract) -> Iterator[Change]:
    renamed = _renamed(old, new)
    for name, now in new.fields.items():
        was_called = renamed.get(name, name)
        was = old.fields.get(was_called)
        if was is None:
            yield _added(name, now)
            continue
        if was_called != name:
            understood = was_called in now.get("synonyms", ())
            text = _was("字段改名", "the field was renamed", was=was_called, now=name)
            yield Change(place=name, text=text, provider=not understood, reader=True)
        yield from _of_field(name, was, now)
    for name in old.fields:
        if name not in new.fields and name not in renamed.values():
            text = Text(zh="字段删除", en="the field was removed")
            yield Change(place=name, text=text, reader=True)


def _added(name: str, now: Facts) -> Change:
    mandatory = bool(now.get("required"))
    text = Text(
        zh=f"新增字段（{'必填' if mandatory else '选填或条件必填'}）",
        en=f"a new field ({'required' if mandatory else 'optional or conditional'})",
    )
    return Change(place=name, text=text, provider=mandatory)


def _renamed(old: Contract, new: Contract) -> dict[str, str]:
    """New name → old name, where just one field is gone and one is new of the same title."""
    gone = [name for name in old.fields if name not in new.fields]
    found: dict[str, str] = {}
    for name, now in new.fields.items():
        if name in old.fields:
            continue
        alike = [item for item in gone if _same_thing(old.fields[item], now)]
        if len(alike) == 1 and alike[0] not in found.values():
            found[name] = alike[0]
    return found


def _same_thing(was: Facts, now: Facts) -> bool:
    titled = was.get("businessName") == now.get("businessName")
    return titled or was.get("titleEn") == now.get("titleEn")


def _names(name: str, facts: Facts) -> set[str]:
    """What files may call the field, the field's own name aside."""
    return {str(facts.get("businessName")), *facts.get("synonyms", ())} - {name}


def _of_field(name: str, was: Facts, now: Facts) -> Iterator[Change]:
    for fact, zh, en in (
        ("physicalType", "类型改变", "the type changed"),
        ("kind", "填写形式改变", "the kind of value changed"),
        ("unit", "计量单位改变", "the unit changed"),
        ("default", "空单元格的含义改变", "the meaning of an empty cell changed"),
        ("width", "代码位数改变", "the width of the code changed"),
    ):
        if was.get(fact) != now.get(fact):
            text = _was(zh, en, was=was.get(fact), now=now.get(fact))
            yield Change(place=name, text=text, provider=True, reader=True)
    yield from _of_requirement(name, was, now)
    yield from _of_names(name, was, now)
    if was.get("classification") != now.get("classification"):
        text = _was(
            "数据分级改变",
            "the class changed",
            was=was.get("classification"),
            now=now.get("classification"),
        )
        yield Change(place=name, text=text)
    rules_were, rules_are = _rules(was), _rules(now)
    yield from _of_limits(name, was, now, same_rules=rules_were == rules_are)
    yield from _of_references(name, was, now)
    yield from _of_rules(name, rules_were, rules_are)


def _of_requirement(name: str, was: Facts, now: Facts) -> Iterator[Change]:
    before, after = was.get("requirement"), now.get("requirement")
    if before == after:
        return
    yield Change(
        place=name,
        text=_was("必填性改变", "the requirement changed", was=before, now=after),
        provider=after == "M",
        reader=before == "M",
    )


def _of_names(name: str, was: Facts, now: Facts) -> Iterator[Change]:
    lost = _names(name, was) - _names(name, now)
    if lost:
        text = Text(
            zh=f"不再认得的列名：{'、'.join(sorted(lost))}",
            en=f"headers no longer understood: {', '.join(sorted(lost))}",
        )
        yield Change(place=name, text=text, provider=True)
    elif any(was.get(fact) != now.get(fact) for fact in ("description", "synonyms", "titleEn")):
        text = Text(zh="名称、同义列名或说明改变", en="names or explanations changed")
        yield Change(place=name, text=text, minor=False)


def _of_limits(name: str, was: Facts, now: Facts, *, same_rules: bool) -> Iterator[Change]:
    """Patterns and bounds; one that is stated for the first time beside old rules is no change."""
    before, after = was.get("logicalTypeOptions", {}), now.get("logicalTypeOptions", {})
    for fact in ("pattern", "maxLength", "minimum", "maximum"):
        old, new = before.get(fact), after.get(fact)
        if old == new:
            continue
        stated_only = old is None and same_rules
        yield Change(
            place=name,
            text=_was(f"取值限制 {fact}", f"the limit {fact}", was=old, now=new),
            provider=not stated_only and _is_narrower(fact, old, new),
            minor=not stated_only,
        )


def _is_narrower(fact: str, old: Any, new: Any) -> bool:
    if new is None:
        return False
    if old is None or fact == "pattern":
        return True
    return bool(new > old) if fact == "minimum" else bool(new < old)


def _of_references(name: str, was: Facts, now: Facts) -> Iterator[Change]:
    before = {item["to"]: _custom(item).get("severity") for item in was.get("relationships", ())}
    after = {item["to"]: _custom(item).get("severity") for item in now.get("relationships", ())}
    for target in sorted(before.keys() | after.keys()):
        old, new = before.get(target), after.get(target)
        if old != new:
            text = _was(f"引用 {target}", f"the reference to {target}", was=old, now=new)
            yield Change(place=name, text=text, provider=new == "error")


def _rules(facts: Facts) -> dict[str, tuple[str, str]]:
    """Rule → severity and description; the check of a code list is compared with the list."""
    return {
        item["name"]: (str(item.get("severity")), str(item.get("description")))
        for item in facts.get("quality", ())
        if item.get("type") == "text"
    }


def _of_rules(
    name: str, was: dict[str, tuple[str, str]], now: dict[str, tuple[str, str]]
) -> Iterator[Change]:
    for rule in sorted(was.keys() | now.keys()):
        (old, said_before), (new, said) = was.get(rule, ("", "")), now.get(rule, ("", ""))
        place = f"{name} / {rule}"
        if old != new:
            text = _was("规则级别", "severity of the rule", was=old, now=new)
            yield Change(place=place, text=text, provider=new == "error")
        elif said_before != said:
            text = Text(zh="规则文字改变", en="the rule was reworded")
            yield Change(place=place, text=text, minor=False)


def _of_lists(old: Contract, new: Contract) -> Iterator[Change]:
    """Code lists, each at the fields that use it."""
    for name, now in new.fields.items():
        was = old.fields.get(name)
        if was is None or (not was.get("codeList") and not now.get("codeList")):
            continue
        yield from _of_list(
            name,
            old.code_lists.get(was.get("codeList", ""), {}),
            new.code_lists.get(now.get("codeList", ""), {}),
            closed=(bool(was.get("codeListIsClosed")), bool(now.get("codeListIsClosed"))),
        )


def _of_list(name: str, was: Facts, now: Facts, *, closed: tuple[bool, bool]) -> Iterator[Change]:
    if closed[0] != closed[1]:
        text = _was("代码表外的值不再允许", "the list is closed", was=closed[0], now=closed[1])
        yield Change(place=name, text=text, provider=closed[1])
    before, after = was.get("codes"), now.get("codes")
    if before is None or after is None:
        if was.get("digest") != now.get("digest"):
            text = _was(
                "代码表更新，请核对停用的代码",
                "the code list changed: look for codes that are gone",
                was=f"{was.get('version')}（{was.get('entries')}）",
                now=f"{now.get('version')}（{now.get('entries')}）",
            )
            yield Change(place=name, text=text)
        return
    gone, fresh = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    if gone:
        text = Text(zh=f"停用代码 {'、'.join(gone)}", en=f"codes removed: {', '.join(gone)}")
        yield Change(place=name, text=text, provider=closed[1])
    if fresh:
        text = Text(zh=f"新增代码 {'、'.join(fresh)}", en=f"codes added: {', '.join(fresh)}")
        yield Change(place=name, text=text)
    relabelled = sorted(
        code for code in before.keys() & after.keys() if before[code] != after[code]
    )
    if relabelled:
        text = Text(
            zh=f"代码 {'、'.join(relabelled)} 的名称改变，请核实含义未变",
            en=f"codes renamed: {', '.join(relabelled)}; make sure that they mean the same",
        )
        yield Change(place=name, text=text)
