"""The report of a release: gathered from what it pins, and kept beside its manifest."""

from __future__ import annotations

from yrdx import catalogue
from yrdx.indicators import load_indicators
from yrdx.model import Text
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.publishing import readable_provinces
from yrdx.releasing.manifest import Release
from yrdx.releasing.material import gather
from yrdx.releasing.report import report_html
from yrdx.store import layout

REPORT = "report.html"


def report_release(exchange: Exchange, release: Release) -> str:
    """Write the report of a release beside its manifest, and give its key.

    It is written once: a release never changes, and neither does what is said of it.
    """
    key = layout.release(release.id, file=REPORT)
    if exchange.store.head(key) is None:
        exchange.store.put_if_absent(key, report_page(exchange, release).encode())
    return key


def report_page(exchange: Exchange, release: Release) -> str:
    """The report of a release as a page."""
    with exchange.spool() as spool:
        material = gather(
            exchange.store,
            release,
            names=province_names(exchange),
            measures=_measures(exchange),
            contracts={
                name: catalogue.dataset(name) for name in sorted(catalogue.published_names())
            },
            cache=spool,
        )
    return report_html(material)


def province_names(exchange: Exchange) -> dict[str, Text]:
    """Province → what it is called."""
    return {item.code: item.name for item in readable_provinces(exchange.settings.provinces)}


def _measures(exchange: Exchange) -> dict[str, Text]:
    """What the measures of the indicators are called."""
    folder = exchange.settings.indicators or catalogue.indicator_folder()
    return {item.name: item.title for item in load_indicators(folder)}
