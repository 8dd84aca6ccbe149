"""Keys that sign receipts: Ed25519 (RFC 8032), made once, the public half published and pinned."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from yrdx.errors import ConfigurationError

ALGORITHM = "Ed25519"
PRIVATE = "receipt-signing-key.pem"
PUBLIC = "receipt-public-key.pem"

_CONTEXT = b"yrdx receipt 1\x00"
"""Stands before what is signed, so that a signature serves for receipts and nothing else."""
_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of a key that everybody may have."""

    octets: bytes

    @property
    def fingerprint(self) -> str:
        """What people compare: the SHA-256 of the key, in groups of four."""
        digest = hashlib.sha256(self.octets).hexdigest()[:32].upper()
        return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))

    @property
    def pem(self) -> str:
        """The key as it is published."""
        key = Ed25519PublicKey.from_public_bytes(self.octets)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def has_signed(self, digest: str, *, signature: str) -> bool:
        """Whether the signature over a digest is one of this key."""
        try:
            key = Ed25519PublicKey.from_public_bytes(self.octets)
            key.verify(bytes.fromhex(signature), _CONTEXT + bytes.fromhex(digest))
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The half of a key that only the exchange has."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """The half that belongs to it and is published."""
        return PublicKey(self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, digest: str) -> str:
        """The signature over a digest; the same key always gives the same one."""
        return self.private.sign(_CONTEXT + bytes.fromhex(digest)).hex()


def new_key(into: Path) -> PublicKey:
    """Make a key: both halves as PEM files in the folder `into`, where neither may be yet."""
    into.mkdir(parents=True, exist_ok=True)
    private, public = into / PRIVATE, into / PUBLIC
    for path in (private, public):
        if path.exists():
            raise ConfigurationError(
                f"已有文件 {path}，不覆盖 is there already and stays: name another folder"
            )
    key = Ed25519PrivateKey.generate()
    private.touch(mode=0o600)
    private.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )
    made = SigningKey(key).public
    public.write_text(made.pem, encoding="ascii")
    return made


def load_signing_key(path: Path) -> SigningKey:
    """The private key in a PEM file; raises `ConfigurationError` when there is none."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigurationError(
            f"YRDX_SIGNING_KEY_FILE={path}: no private key could be read ({error}); make one by "
            f"`yrdx keys new`, or unset it to issue unsigned receipts"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(
            f"YRDX_SIGNING_KEY_FILE={path} holds a key of another kind; receipts are signed by "
            f"{ALGORITHM}: make a key by `yrdx keys new`"
        )
    return SigningKey(key)


def load_public_keys(paths: Iterable[Path]) -> tuple[PublicKey, ...]:
    """All public keys in PEM files; a file may hold several, of now and of before."""
    keys = []
    for path in paths:
        try:
            found = [load_pem_public_key(text) for text in _PEM.findall(path.read_bytes())]
        except (OSError, ValueError, UnsupportedAlgorithm) as error:
            raise ConfigurationError(f"公钥文件读不了 cannot read {path}: {error}") from error
        octets = [
            key.public_bytes(Encoding.Raw, PublicFormat.Raw)
            for key in found
            if isinstance(key, Ed25519PublicKey)
        ]
        if not octets:
            raise ConfigurationError(
                f"文件 {path} 里没有 {ALGORITHM} 公钥 holds no {ALGORITHM} public key; "
                f"expected a PEM file as the exchange publishes it"
            )
        keys += [PublicKey(key) for key in octets]
    return tuple(keys)
