"""Every error of the client and of a server has its place in our tree of errors."""

from __future__ import annotations

import string
from typing import Any

import botocore.exceptions as said
import pytest
from botocore.parsers import ResponseParserError

from tests.support.objects import KEY
from yrdx.errors import (
    ConfigurationError,
    IntegrityError,
    PublishConflict,
    SourceRefused,
    SourceUnavailable,
    YrdxError,
)
from yrdx.store.answers import in_our_words


def instance_of(kind: type[said.BotoCoreError]) -> said.BotoCoreError:
    fields = [name for _, name, _, _ in string.Formatter().parse(kind.fmt) if name]
    values = dict.fromkeys(fields, "x") | {"error": OSError("x"), "last_response": {}}
    return kind(**values) if kind is not said.WaiterError else kind("x", "x", {})


def kinds_of(kind: type[Any]) -> set[type[Any]]:
    return {kind}.union(*(kinds_of(one) for one in kind.__subclasses__()))


CLIENT_SAYS: dict[type[Exception], set[str]] = {
    SourceUnavailable: {
        "CapacityNotAvailableError", "ConnectTimeoutError", "ConnectionClosedError",
        "ConnectionError", "EndpointConnectionError", "HTTPClientError", "IncompleteReadError",
        "MetadataRetrievalError", "ProxyConnectionError", "ReadTimeoutError",
        "ResponseStreamingError", "SSLError", "WaiterError",
    },
    SourceRefused: {
        "CredentialRetrievalError", "LoginAuthorizationCodeError", "LoginError",
        "LoginInsufficientPermissions", "LoginRefreshRequired", "LoginTokenLoadError",
        "NoAuthTokenError", "NoCredentialsError", "PartialCredentialsError",
        "RefreshWithMFAUnsupportedError", "SSOError", "SSOTokenLoadError",
        "TokenRetrievalError", "UnauthorizedSSOTokenError", "UnknownCredentialError",
    },
    IntegrityError: {"ChecksumError", "FlexibleChecksumError"},
}  # fmt: skip


class TestOurWords:
    @pytest.mark.parametrize(
        "kind",
        sorted((one for one in kinds_of(said.BotoCoreError)
                if one.__module__ == "botocore.exceptions"), key=lambda one: one.__name__),
        ids=lambda one: one.__name__,
    )  # fmt: skip
    def test_every_error_of_the_client_has_its_place_in_our_tree(
        self, kind: type[said.BotoCoreError]
    ) -> None:
        listed = [ours for ours, names in CLIENT_SAYS.items() if kind.__name__ in names]
        expected = listed[0] if listed else ConfigurationError
        error = instance_of(kind)
        with pytest.raises(YrdxError, match="Tried to read") as raised, in_our_words("read", KEY):
            raise error
        assert type(raised.value) is expected
        assert raised.value.__cause__ is error

    @pytest.mark.parametrize(
        ("status", "code", "expected"),
        [
            (404, "NoSuchKey", KeyError),
            (404, "404", KeyError),
            (404, "NoSuchUpload", KeyError),
            (404, "NoSuchBucket", ConfigurationError),
            (403, "AccessDenied", SourceRefused),
            (403, "InvalidAccessKeyId", SourceRefused),
            (403, "SignatureDoesNotMatch", SourceRefused),
            (403, "RequestTimeTooSkewed", SourceRefused),
            (400, "ExpiredToken", SourceRefused),
            (401, "Unauthorized", SourceRefused),
            (409, "ConditionalRequestConflict", PublishConflict),
            (409, "FileAlreadyExists", PublishConflict),
            (412, "PreconditionFailed", PublishConflict),
            (416, "InvalidRange", PublishConflict),
            (400, "RequestTimeout", SourceUnavailable),
            (400, "BadDigest", SourceUnavailable),
            (400, "IncompleteBody", SourceUnavailable),
            (400, "XAmzContentSHA256Mismatch", SourceUnavailable),
            (403, "RequestLimitExceeded", SourceUnavailable),
            (429, "TooManyRequests", SourceUnavailable),
            (500, "InternalError", SourceUnavailable),
            (503, "SlowDown", SourceUnavailable),
            (507, "InsufficientStorage", SourceUnavailable),
            (501, "NotImplemented", ConfigurationError),
            (400, "InvalidArgument", ConfigurationError),
            (301, "PermanentRedirect", ConfigurationError),
            (400, "AuthorizationHeaderMalformed", ConfigurationError),
            (411, "MissingContentLength", ConfigurationError),
            (405, "MethodNotAllowed", ConfigurationError),
        ],
    )
    def test_every_answer_of_a_server_has_its_place_in_our_tree(
        self, status: int, code: str, expected: type[Exception]
    ) -> None:
        answer: Any = {
            "Error": {"Code": code, "Message": "no"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        error = said.ClientError(answer, "GetObject")
        with pytest.raises(expected) as raised, in_our_words("read", KEY):
            raise error
        assert type(raised.value) is expected
        assert raised.value.__cause__ is error

    def test_an_answer_that_is_no_s3_answer_is_unavailable(self) -> None:
        with pytest.raises(SourceUnavailable, match="login page"), in_our_words("read", KEY):
            raise ResponseParserError("no element found")
