"""Every object key of the exchange, built and parsed here and nowhere else.

landed/<province>/<unit>/<dataset>/<period>/<sha256>/{original.<ext>, delivery.json}
checked/<province>/<unit>/<dataset>/<period>/<sha256>/<rules-digest>/{report.json, …}
answers/<province>/<unit>/<dataset>/<period>/<sha256>/<sha256 of the returned list>.json
decided/<province>/<unit>/<dataset>/<period>/<sha256>/<rules-digest>/{decision.json,
    receipt.json, receipt.html}
decided/snapshots/<dataset>/<digest>.json
admitted/<dataset>/<period>/<province>-<unit>/<sha256>/{rows.parquet, withdrawn.parquet,
    admission.json}
admitted/<dataset>/<period>/<province>-<unit>/<sha256>/withdrawal.json
published/<dataset>/<version>/{manifest.json, CHANGELOG.zh.md, CHANGELOG.en.md}
published/<dataset>/<version>/data/period=…/province=…/part-0000.parquet
published/<dataset>/<version>/changes/{added,changed,removed,moved}/period=…/province=…/…
published/<dataset>/<version>/{codes,bridges}/<list>.parquet
published/<dataset>/<version>/{contract.odcs.yaml, dictionary.html, datapackage.json, …}
published/<dataset>/<version>/retired.json
published/<dataset>/latest.json
catalog.json
restricted/<dataset>/…    as published/, of datasets whose rows are not for everybody
derived/<dataset>/<digest>.json
releases/<id>/{manifest.json, changes.parquet, preview.html, report.html}
releases/<id>/{withdrawal.json, superseded.json}
releases/latest.json
decided/releases/<digest>/{decision.json, preview.html}
reference/<list>/<version>/{list.csv, about.json}
reference/<list>/in_use.json
outbox/<province>/messages/<subject>/<number>.json
outbox/<province>/sent/<channel>/<subject>-<number>.json
outbox/<province>/sending/<channel>.json
notices/<province>/<number>/{notice.json, notice.html, notice.xlsx, rows.parquet}
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from yrdx import catalogue
from yrdx.model import Delivery

LANDED = "landed/"
CHECKED = "checked/"
ANSWERS = "answers/"
DECIDED = "decided/"
ADMITTED = "admitted/"
DERIVED = "derived/"
PUBLISHED = "published/"
RESTRICTED = "restricted/"
REFERENCE = "reference/"
NOTICES = "notices/"
RELEASES = "releases/"
OUTBOX = "outbox/"

ERASURES = "erasures/"
CATALOG = "catalog.json"
TOMBSTONES = "tombstones/"
"""In each folder that something was erased from; `yrdx.store.tombstones` builds their keys."""

Numbers = tuple[int, int, int]
"""Major, minor and patch of a version."""

_SUFFIX = re.compile(r"^\.[a-z0-9]{1,8}$")


def _identity(delivery: Delivery) -> str:
    return (
        f"{delivery.province}/{delivery.unit}/{delivery.dataset}/"
        f"{delivery.period}/{delivery.sha256}"
    )


def landed_prefix(*, province: str, unit: str, dataset: str) -> str:
    """Where all deliveries of one agreement lie."""
    return f"{LANDED}{province}/{unit}/{dataset}/"


def landed_period(delivery: Delivery) -> str:
    """Where all attempts at one period of an agreement lie."""
    return (
        landed_prefix(province=delivery.province, unit=delivery.unit, dataset=delivery.dataset)
        + f"{delivery.period}/"
    )


def is_delivery(key: str) -> bool:
    """Whether a key under `landed/` is that of a delivery (not of its bytes or an offer)."""
    return key.endswith("/delivery.json")


def landed_original(delivery: Delivery) -> str:
    """The bytes as they came; the suffix is the partner's, the name is not."""
    suffix = PurePosixPath(delivery.filename.lower()).suffix
    return f"{LANDED}{_identity(delivery)}/original{suffix if _SUFFIX.match(suffix) else '.bin'}"


def landed_delivery(delivery: Delivery) -> str:
    """The `Delivery` itself; written after the bytes, so that it proves they are there."""
    return f"{LANDED}{_identity(delivery)}/delivery.json"


def landed_offer(*, province: str, unit: str, dataset: str, digest: str) -> str:
    """Says which delivery an offer of the source became, so that it is not fetched again."""
    return f"{landed_prefix(province=province, unit=unit, dataset=dataset)}offers/{digest}.json"


def answers_prefix(delivery: Delivery) -> str:
    """Where the explanations lie that a partner gave to the findings of one delivery."""
    return f"{ANSWERS}{_identity(delivery)}/"


def answers(delivery: Delivery, *, returned: str) -> str:
    """The explanations in one returned error list, named by the SHA-256 of its bytes."""
    return f"{answers_prefix(delivery)}{returned}.json"


def checked_all(delivery: Delivery) -> str:
    """Where all checks of one delivery lie, whatever the rules."""
    return f"{CHECKED}{_identity(delivery)}/"


def checked_prefix(delivery: Delivery, *, rules_digest: str) -> str:
    """Where one check of one delivery lies."""
    return f"{CHECKED}{_identity(delivery)}/{rules_digest[:16]}/"


def checked(delivery: Delivery, *, rules_digest: str, name: str) -> str:
    """One of `report.json`, `findings.parquet`, `receipt.{json,html}`, `errors.xlsx`.

    `rows.parquet` and `withdrawn.parquet` wait there for admission.
    """
    return checked_prefix(delivery, rules_digest=rules_digest) + name


def decided(delivery: Delivery, *, rules_digest: str, name: str) -> str:
    """`decision.json` about one check, and the receipt that was issued again with it."""
    return f"{DECIDED}{_identity(delivery)}/{rules_digest[:16]}/{name}"


def decided_snapshot(dataset: str, *, made_from: str) -> str:
    """The decision about a snapshot, named by what that would be made from."""
    return f"{DECIDED}snapshots/{dataset}/{made_from}.json"


def admitted_prefix(dataset: str) -> str:
    """Where all admissions of one dataset lie."""
    return f"{ADMITTED}{dataset}/"


def admitted_delivery(delivery: Delivery) -> str:
    """Where all admissions of one delivery lie, whatever the rules."""
    return (
        f"{ADMITTED}{delivery.dataset}/{delivery.period}/{delivery.province}-{delivery.unit}/"
        f"{delivery.sha256}/"
    )


def admitted(delivery: Delivery, *, rules_digest: str, name: str) -> str:
    """`rows.parquet`, `withdrawn.parquet` or `admission.json` of an admitted delivery."""
    return f"{admitted_delivery(delivery)}{rules_digest[:16]}/{name}"


def withdrawal(delivery: Delivery) -> str:
    """Says that a delivery is taken back, whatever the rules it was admitted under."""
    return f"{admitted_delivery(delivery)}withdrawal.json"


def in_force(keys: Sequence[str]) -> list[str]:
    """Those of the keys under `admitted/` that are admissions, of deliveries not taken back."""
    name = "withdrawal.json"
    taken_back = tuple(key.removesuffix(name) for key in keys if key.endswith(f"/{name}"))
    admissions = (key for key in keys if key.endswith("/admission.json"))
    return [key for key in admissions if not key.startswith(taken_back)]


def published_prefix(dataset: str, version: str | None = None) -> str:
    """Where a dataset's versions lie, or one of them."""
    place = RESTRICTED if is_restricted(dataset) else PUBLISHED
    return f"{place}{dataset}/" + (f"{version}/" if version else "")


def open_to_all(dataset: str) -> str:
    """Where versions lie that everybody reads: also those of a dataset since restricted."""
    return f"{PUBLISHED}{dataset}/"


def is_restricted(dataset: str) -> bool:
    """Whether the rows of a dataset are not for everybody."""
    return dataset in catalogue.restricted_names()


def public_counts(dataset: str) -> str:
    """The dataset for everybody that counts the rows of a restricted one."""
    return f"{dataset}_count"


def version_name(numbers: Numbers, *, digest: str) -> str:
    """Name of a version: what it means to readers, and a digest that no other content can have."""
    return f"{'.'.join(map(str, numbers))}-{digest[:12]}"


def version_numbers(version: str) -> Numbers:
    """Major, minor and patch of a version; they rise along the versions of a dataset.

    A version of the time when they were only counted, such as `v000012-…`, is 0.12.0.
    """
    name = version.partition("-")[0]
    if name.startswith("v"):
        return 0, int(name[1:]), 0
    major, minor, patch = map(int, name.split("."))
    return major, minor, patch


def published_dataset(key: str) -> str:
    """The dataset that a key under `published/` or `restricted/` belongs to."""
    return key.partition("/")[2].partition("/")[0]


def published_version(key: str) -> str | None:
    """The version that such a key belongs to; None for the pointer."""
    version, slash, _ = key.partition("/")[2].partition("/")[2].partition("/")
    return version if slash else None


def admitted_of(*, dataset: str, period: str, province: str, unit: str) -> str:
    """Where all admissions of one unit for one period lie."""
    return f"{admitted_prefix(dataset)}{period}/{province}-{unit}/"


def derived_prefix(dataset: str) -> str:
    """Where it lies what one derived dataset was derived from, each time."""
    return f"{DERIVED}{dataset}/"


def derived(dataset: str, *, digest: str) -> str:
    """What one set of snapshots and definitions gave, named by the digest of that set."""
    return f"{derived_prefix(dataset)}{digest[:16]}.json"


def manifest(dataset: str, version: str) -> str:
    """The manifest of one version; written after all its data."""
    return published_prefix(dataset, version) + "manifest.json"


def retired(dataset: str, version: str) -> str:
    """Leads past a version that was not kept to an older one that is."""
    return published_prefix(dataset, version) + "retired.json"


def data_file(dataset: str, version: str, *, period: str, province: str, part: int) -> str:
    """One Parquet file of a version, in the Hive partition style that readers glob."""
    return published_prefix(dataset, version) + _part("data", period, province, part)


def change_file(kind: str, *, period: str, province: str, part: int) -> str:
    """One file of what a version changes, relative to the version's folder."""
    return _part(f"changes/{kind}", period, province, part)


def _part(folder: str, period: str, province: str, part: int) -> str:
    return f"{folder}/period={period}/province={province}/part-{part:04d}.parquet"


def code_file(name: str) -> str:
    """A code list as it was for a version, relative to the version's folder."""
    return f"codes/{name}.parquet"


def bridge_file(name: str) -> str:
    """From the retired codes of a list to those in force, relative to the version's folder."""
    return f"bridges/{name}.parquet"


def changelog(language: str) -> str:
    """What has changed, in words, relative to the version's folder."""
    return f"CHANGELOG.{language}.md"


def pointer(dataset: str) -> str:
    """The one key that is overwritten: it names the newest manifest."""
    return published_prefix(dataset) + "latest.json"


def reference_prefix(name: str, version: str | None = None) -> str:
    """Where the versions of a list that an operator loaded lie, or one of them."""
    return f"{REFERENCE}{name}/" + (f"{version}/" if version else "")


def reference_list(name: str, version: str) -> str:
    """The entries of one version of a list."""
    return reference_prefix(name, version) + "list.csv"


def reference_about(name: str, version: str) -> str:
    """What one version of a list is; written after its entries."""
    return reference_prefix(name, version) + "about.json"


def reference_in_use(name: str) -> str:
    """Names the version of a list that checks take; overwritten when another is taken."""
    return reference_prefix(name) + "in_use.json"


def release(name: str, *, file: str = "manifest.json") -> str:
    """One file of a release; its manifest is written after all that it names."""
    return f"{RELEASES}{name}/{file}"


def release_pointer() -> str:
    """Names the newest release and the newest one that stands; the only one overwritten."""
    return f"{RELEASES}latest.json"


def decided_release(*, made_from: str, name: str = "decision.json") -> str:
    """The decision about a proposed release, named by what that would be made from."""
    return f"{DECIDED}releases/{made_from}/{name}"


def notices_of(province: str) -> str:
    """Where all notices to one province lie."""
    return f"{NOTICES}{province}/"


def notice(province: str, number: str, *, name: str) -> str:
    """One file of a notice to a province."""
    return f"{notices_of(province)}{number}/{name}"


def messages_of(province: str, subject: str = "") -> str:
    """Where all messages to a province lie, or those about one subject."""
    return f"{OUTBOX}{province}/messages/" + (f"{subject}/" if subject else "")


def message(province: str, *, subject: str, number: int) -> str:
    """A message; `number` counts those about one subject, from 1."""
    return f"{messages_of(province, subject)}{number:06d}.json"


def sent_to(province: str, channel: str) -> str:
    """Where it is kept which messages a channel has taken."""
    return f"{OUTBOX}{province}/sent/{channel}/"


def sent(key: str, *, province: str, channel: str) -> str:
    """Says that a channel has taken the message under `key`."""
    subject, number = key.removeprefix(messages_of(province)).split("/")
    return f"{sent_to(province, channel)}{subject}-{number}"


def sending(province: str, channel: str) -> str:
    """Says that somebody is sending to a channel just now."""
    return f"{OUTBOX}{province}/sending/{channel}.json"
