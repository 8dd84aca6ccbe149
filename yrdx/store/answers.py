"""What an S3 client and its servers say when something fails, told in our error tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as said
from botocore.parsers import ResponseParserError

from yrdx.errors import (
    ConfigurationError,
    IntegrityError,
    PublishConflict,
    SourceRefused,
    SourceUnavailable,
)

_BUSY = (
    said.ConnectionError,
    said.HTTPClientError,
    said.IncompleteReadError,
    said.MetadataRetrievalError,
    said.WaiterError,
    said.CapacityNotAvailableError,
)
_REFUSED = (
    said.NoCredentialsError,
    said.NoAuthTokenError,
    said.PartialCredentialsError,
    said.CredentialRetrievalError,
    said.TokenRetrievalError,
    said.UnknownCredentialError,
    said.RefreshWithMFAUnsupportedError,
    said.SSOError,
    said.LoginError,
)
_DAMAGED = (said.FlexibleChecksumError, said.ChecksumError)

_ABSENT_CODES = {"NoSuchKey", "NoSuchUpload", "NotFound", "404"}
_DAMAGED_ON_THE_WAY = {
    "BadDigest",
    "IncompleteBody",
    "RequestTimeout",
    "XAmzContentSHA256Mismatch",
}
_REFUSED_CODES = {
    "AccessDenied",
    "AccountProblem",
    "AllAccessDisabled",
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidToken",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
}
_THROTTLED_CODES = {
    "SlowDown",
    "SlowDownRead",
    "SlowDownWrite",
    "Throttling",
    "RequestLimitExceeded",
}
_BUSY_STATUS = {408, 425, 429}
_OUT_OF_ROOM = 507


@contextmanager
def in_our_words(action: str, where: str) -> Iterator[None]:
    """Raises what botocore raises inside the block as an error of ours, the cause kept.

    An absent object or upload becomes `KeyError(where)`, a lost condition `PublishConflict`.
    """
    try:
        yield
    except said.ClientError as error:
        raise _of_server(error, action, where) from error
    except said.BotoCoreError as error:
        raise _of_client(error, action, where) from error
    except ResponseParserError as error:
        raise SourceUnavailable(
            f"Tried to {action} {where}; the answer was no S3 answer ({_first_line(error)}). "
            f"Expected XML: see whether a proxy or login page stands in between, and try again."
        ) from error


def _of_client(error: said.BotoCoreError, action: str, where: str) -> Exception:
    what = f"Tried to {action} {where}: {_first_line(error)}."
    if isinstance(error, said.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return ConfigurationError(
            f"{what} The store's certificate is not known here. Put the certificate of its "
            f"authority into a file and name it in YRDX_S3_CA_BUNDLE."
        )
    if isinstance(error, _REFUSED):
        return SourceRefused(f"{what} Set YRDX_S3_ACCESS_KEY and YRDX_S3_SECRET_KEY.")
    if isinstance(error, _DAMAGED):
        return IntegrityError(f"{what} The bytes received are not those stored; try once more.")
    if isinstance(error, _BUSY):
        return SourceUnavailable(f"{what} The store does not answer; the call may be repeated.")
    return ConfigurationError(f"{what} See YRDX_STORE and the YRDX_S3_* settings.")


def _of_server(error: said.ClientError, action: str, where: str) -> Exception:
    answer = error.response
    code = str(answer.get("Error", {}).get("Code", ""))
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    what = f"Tried to {action} {where}; the store answered {status} {_first_line(error)}"
    if code == "NoSuchBucket":
        return ConfigurationError(f"{what} Create the bucket, or correct YRDX_STORE.")
    if code in _DAMAGED_ON_THE_WAY | _THROTTLED_CODES or status in _BUSY_STATUS:
        return SourceUnavailable(f"{what} It is busy or the request was cut; try again later.")
    if code in _ABSENT_CODES or status == 404:
        return KeyError(where)
    if code in _REFUSED_CODES or status in (401, 403):
        return SourceRefused(
            f"{what} See the access key, its rights on the bucket, and this machine's clock."
        )
    if status in (409, 412, 416):  # 416: shorter than when we began to read it
        return PublishConflict(f"{what} Another writer came first; read again and redo the step.")
    if status == _OUT_OF_ROOM or (status >= 500 and status != 501):
        return SourceUnavailable(f"{what} The store is in trouble; try again later.")
    return ConfigurationError(
        f"{what} The store does not take this request. See YRDX_S3_ENDPOINT, YRDX_S3_REGION and "
        f"YRDX_S3_ADDRESSING in docs/stores.md; for a conditional write it once took, set "
        f"YRDX_S3_CONDITIONAL_WRITES=off."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:500]
