"""What a delivery is judged by beside the contract: its agreement, the calendar, the waivers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from yrdx import catalogue
from yrdx.agreements import Agreement
from yrdx.checking.in_force import NOT_FOR_DISCUSSION, Declared, declared_severities
from yrdx.checking.result import Terms
from yrdx.dataset import Dataset
from yrdx.errors import ConfigurationError
from yrdx.model import Delivery, Waiver
from yrdx.pipeline.exchange import Exchange
from yrdx.rule_calendar import Calendar, InForce, load_calendar_of
from yrdx.settings import TIMEZONE, Settings
from yrdx.waivers import waivers_for


def terms_of(delivery: Delivery, agreement: Agreement) -> Terms:
    """What the agreement fixes for the check of a delivery that was received."""
    if delivery.received_at is None:
        raise ValueError(f"delivery {delivery.sha256} was never received")
    today = delivery.received_at.astimezone(TIMEZONE).date()
    return terms_on(today, delivery, agreement)


def terms_on(today: date, delivery: Delivery, agreement: Agreement) -> Terms:
    """What the agreement would fix for the check of a delivery, were it received on this day."""
    return Terms(
        province=delivery.province,
        period=delivery.period,
        today=today,
        tolerance=agreement.tolerance,
        not_supplied=agreement.not_supplied,
        own_rows_only=agreement.own_rows_only,
        sealing=agreement.sealing,
        sealing_year=agreement.sealing_year,
        approval=agreement.approval,
    )


def terms_in_force(exchange: Exchange, delivery: Delivery) -> Terms:
    """All that fixes the check of a delivery: agreement, stages of rules that day, waivers."""
    terms = terms_of(delivery, exchange.agreement(delivery))
    return with_rules_of_the_day(terms, delivery, settings=exchange.settings)


def with_rules_of_the_day(terms: Terms, delivery: Delivery, *, settings: Settings) -> Terms:
    """The terms with the stages of rules on the day of receipt, and with the waivers."""
    dataset = catalogue.dataset(delivery.dataset)
    calendar = calendar_of(dataset, folder=settings.calendar or catalogue.calendar_folder())
    return replace(
        terms,
        in_force=stages(calendar, delivery, day=terms.today),
        waivers=known_waivers(delivery, dataset, folder=settings.waivers),
    )


def stages(calendar: Calendar, delivery: Delivery, *, day: date) -> InForce:
    """The stages of rules for a delivery, were it received on a day."""
    return calendar.on(day, dataset=delivery.dataset, province=delivery.province)


def calendar_of(dataset: Dataset, *, folder: Path) -> Calendar:
    """What the calendar says of a dataset; raises `ConfigurationError` where it names no rule."""
    calendar = load_calendar_of(dataset.name, folder=folder)
    refuse_unknown(calendar, dataset)
    return calendar


def refuse_unknown(calendar: Calendar, dataset: Dataset) -> None:
    """Raise `ConfigurationError` for an entry of the dataset that names no rule of it."""
    unknown = calendar.unknown(dataset.name, known=open_to_change(dataset))
    if unknown:
        entry = unknown[0]
        raise ConfigurationError(
            f"{dataset.name}.yaml of the rule calendar, rule {entry.rule}, column "
            f"{entry.column or '(any)'}: {_why_not(entry.rule, entry.column, dataset)}"
        )


def known_waivers(delivery: Delivery, dataset: Dataset, *, folder: Path) -> tuple[Waiver, ...]:
    """The waivers that speak of a delivery; raises `ConfigurationError` where none is possible."""
    found = waivers_for(delivery, folder=folder)
    places = open_to_change(dataset)
    for waiver in found:
        if (waiver.rule, waiver.column) not in places:
            raise ConfigurationError(
                f"waivers of province {delivery.province}, {waiver.id}: rule {waiver.rule}, column "
                f"{waiver.column or '(none)'}: {_why_not(waiver.rule, waiver.column, dataset)}"
            )
    return found


def open_to_change(dataset: Dataset) -> Declared:
    """Rules that a calendar or a waiver may soften, by code and column, as they were declared.

    Without a key a row cannot be published, and a text that is no value would be lost.
    """
    declared = declared_severities(dataset)
    declared |= {
        (rule.code, rule.column): rule.severity for rule in catalogue.table_rules(dataset.name)
    }
    return {
        (code, column): severity
        for (code, column), severity in declared.items()
        if code not in NOT_FOR_DISCUSSION and not _holds_the_key(code, column, dataset)
    }


def _holds_the_key(code: str, column: str | None, dataset: Dataset) -> bool:
    return code == "required_value_is_missing" and column in dataset.key


def _why_not(code: str, column: str | None, dataset: Dataset) -> str:
    if code in NOT_FOR_DISCUSSION or _holds_the_key(code, column, dataset):
        return "without this rule a row loses its value or its place; take the entry out"
    columns = [str(known) for rule, known in open_to_change(dataset) if rule == code]
    if columns:
        return f"the rule points at {', '.join(columns)}; write one of these as `column`"
    return f"{dataset.name} has no such rule; `yrdx rules {dataset.name}` lists them"
