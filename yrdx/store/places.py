"""What a key belongs to, for who comes upon it in a listing."""

from __future__ import annotations

from yrdx.store.layout import ADMITTED, OUTBOX, RELEASES, TOMBSTONES

_BESIDE_A_RELEASE = ("withdrawal.json", "superseded.json")


def landed_dataset(key: str) -> str:
    """The dataset that a key under `landed/` belongs to."""
    return key.split("/")[3]


def checked_dataset(key: str) -> str:
    """The dataset that a key under `checked/` belongs to."""
    return key.split("/")[3]


def admission_of_check(key: str) -> str:
    """The admission of the rows that the check wrote which a key under `checked/` belongs to."""
    province, unit, dataset, period, sha256, rules_digest = key.split("/")[1:7]
    return f"{ADMITTED}{dataset}/{period}/{province}-{unit}/{sha256}/{rules_digest}/admission.json"


def admitted_dataset(key: str) -> str:
    """The dataset that a key under `admitted/` belongs to."""
    return key.removeprefix(ADMITTED).partition("/")[0]


def outbox_place(key: str) -> tuple[str, str, str] | None:
    """What lies under a key: a message and its subject, or the note of its sending and its name.

    None for anything else.
    """
    match key.removeprefix(OUTBOX).split("/"):
        case [province, "messages", *subject, _]:
            return "messages", province, "/".join(subject)
        case [province, "sent", _, name]:
            return "sent", province, name
        case _:
            return None


def message_number(key: str) -> int:
    """Which of those about its subject the message under `key` is; older ones may be gone."""
    return int(key.rpartition("/")[2].removesuffix(".json"))


def proof(key: str) -> str | None:
    """The key that is written last beside `key` and proves that all of it is there.

    None for keys that stand alone, as offers and withdrawals do, and for published ones, which
    the sweep of versions sees to.
    """
    head, _, rest = key.partition("/")
    parts = rest.split("/")
    if f"/{TOMBSTONES}" in key:
        return None
    match head + "/":
        case "landed/" if len(parts) == 6:
            return f"{key.rpartition('/')[0]}/delivery.json"
        case "checked/":
            return f"{key.rpartition('/')[0]}/report.json"
        case "admitted/" if parts[-1] != "withdrawal.json":
            return f"{key.rpartition('/')[0]}/admission.json"
        case "notices/":
            return f"{key.rpartition('/')[0]}/notice.json"
        case "reference/" if parts[-1] == "list.csv":
            return f"{key.rpartition('/')[0]}/about.json"
        case "releases/" if len(parts) > 1 and parts[-1] not in _BESIDE_A_RELEASE:
            return f"{RELEASES}{parts[0]}/manifest.json"
        case _:
            return None
