"""The keyed hashes are the ones that the standards and other programs know."""

import hashlib
import hmac

import polars as pl
import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given, settings
from hypothesis import strategies as st

from yrdx.errors import ConfigurationError
from yrdx.sealing.algorithms import hmac_sm3, keyed
from yrdx.sealing.sm3 import LANES, sm3

KEYS = st.binary(min_size=32, max_size=200)
TEXTS = st.lists(st.text(max_size=90), max_size=12)

needs_openssl_sm3 = pytest.mark.skipif(
    "sm3" not in hashlib.algorithms_available, reason="this OpenSSL does not know SM3"
)


def test_sm3_gives_the_digests_of_the_standards_examples():
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert (
        sm3(b"abcd" * 16).hex()
        == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


@needs_openssl_sm3
@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=40)
def test_sm3_is_openssls_sm3(message):
    assert sm3(message) == hashlib.new("sm3", message).digest()


@needs_openssl_sm3
@given(KEYS, TEXTS)
@settings(deadline=None, max_examples=30)
def test_a_column_sealed_by_hmac_sm3_is_hmac_row_by_row(key, texts):
    sealed = keyed("hmac-sm3", key)(pl.Series("n", texts, dtype=pl.String))
    assert sealed.to_list() == [hmac.digest(key, text.encode(), "sm3").hex() for text in texts]
    for text in texts[:1]:
        assert hmac_sm3(key, text.encode()) == hmac.digest(key, text.encode(), "sm3")


@given(KEYS, TEXTS)
@settings(deadline=None, max_examples=30)
def test_a_column_sealed_by_hmac_sha256_is_hmac_row_by_row(key, texts):
    sealed = keyed("hmac-sha256", key)(pl.Series("n", texts, dtype=pl.String))
    assert sealed.to_list() == [hmac.digest(key, text.encode(), "sha256").hex() for text in texts]


@given(st.binary(min_size=32, max_size=32), TEXTS)
@settings(deadline=None, max_examples=30)
def test_a_column_sealed_by_aes_is_two_numbered_cmacs(key, texts):
    def cmac(message: bytes) -> str:
        one = CMAC(AES(key))
        one.update(message)
        return one.finalize().hex()

    sealed = keyed("aes-cmac", key)(pl.Series("n", texts, dtype=pl.String))
    assert sealed.to_list() == [
        cmac(b"\x01" + text.encode()) + cmac(b"\x02" + text.encode()) for text in texts
    ]


def test_aes_refuses_a_key_that_it_would_have_to_cut():
    with pytest.raises(ConfigurationError, match="32"):
        keyed("aes-cmac", bytes(range(33)))


@needs_openssl_sm3
def test_more_rows_than_fit_together_keep_their_order():
    key = bytes(range(32))
    texts = pl.Series("n", [f"1|{number}" for number in range(2 * LANES + 5)])
    sealed = keyed("hmac-sm3", key)(texts)
    for place in (0, LANES - 1, LANES, 2 * LANES, 2 * LANES + 4):
        assert sealed[place] == hmac.digest(key, texts[place].encode(), "sm3").hex()
    assert sealed.n_unique() == len(texts)


def test_a_known_person_has_a_known_key_whatever_openssl_knows():
    sealed = keyed("hmac-sm3", bytes(range(32)))(pl.Series(["1|11010519491231002X"]))
    assert sealed.to_list() == ["ec1e872c8c3789ff1670ccd1a136ba317235972ca3b7406af420fed78c34fb5d"]
