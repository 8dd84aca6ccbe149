"""A proxy on loopback between an S3 client and a server, which spoils answers on purpose.

A behaviour is a function of the request and of a way to forward it. It gives an answer, perhaps
cut, slow or reset, or None when the request is none of its business.
"""

from __future__ import annotations

import dataclasses
import http.client
import itertools
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_conditional(self) -> bool:
        return bool(self.headers.keys() & {"if-match", "if-none-match"})

    def without(self, *names: str) -> Request:
        kept = {name: value for name, value in self.headers.items() if name not in names}
        return dataclasses.replace(self, headers=kept)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    sent_bytes: int | None = None
    reset: bool = False
    seconds_a_piece: float = 0.0


Forward = Callable[[Request], Answer]
Behaviour = Callable[[Request, Forward], Answer | None]


def error_answer(status: int, code: str) -> Answer:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    return Answer(status, {"Content-Type": "application/xml"}, body)


def sometimes(
    behaviour: Behaviour, *, method: str, times: int, about: str = "", skip: int = 0
) -> Behaviour:
    """`behaviour` for so many requests of a method whose target holds `about`, then no more."""
    counter, lock = itertools.count(), threading.Lock()

    def limited(request: Request, forward: Forward) -> Answer | None:
        if request.method != method or about not in request.target:
            return None
        with lock:
            number = next(counter)
        return behaviour(request, forward) if skip <= number < skip + times else None

    return limited


def throttled(_: Request, forward: Forward) -> Answer:
    return error_answer(503, "SlowDown")


def reset(_: Request, forward: Forward) -> Answer:
    return Answer(0, {}, b"", reset=True)


def answer_lost(request: Request, forward: Forward) -> Answer:
    forward(request)
    return Answer(0, {}, b"", reset=True)


def cut_in_half(request: Request, forward: Forward) -> Answer:
    answer = forward(request)
    return dataclasses.replace(answer, sent_bytes=len(answer.body) // 2)


def reset_in_half(request: Request, forward: Forward) -> Answer:
    answer = forward(request)
    return dataclasses.replace(answer, sent_bytes=len(answer.body) // 2, reset=True)


def bit_flipped(request: Request, forward: Forward) -> Answer:
    answer = forward(request)
    middle = len(answer.body) // 2
    flipped = bytes([answer.body[middle] ^ 1])
    body = answer.body[:middle] + flipped + answer.body[middle + 1 :]
    return dataclasses.replace(answer, body=body)


def slow(request: Request, forward: Forward) -> Answer:
    return dataclasses.replace(forward(request), seconds_a_piece=0.05)


def silent(request: Request, forward: Forward) -> Answer:
    """An answer that begins and then says nothing for longer than anyone waits."""
    answer = forward(request)
    return dataclasses.replace(answer, seconds_a_piece=5.0)


def login_page(_: Request, forward: Forward) -> Answer:
    return Answer(200, {"Content-Type": "text/html"}, b"<html>please log in")


def ignores_conditions(request: Request, forward: Forward) -> Answer | None:
    return forward(request.without("if-match", "if-none-match"))


def refuses_conditions(request: Request, forward: Forward) -> Answer | None:
    return error_answer(501, "NotImplemented") if request.is_conditional else None


def compares_bare_etags(request: Request, forward: Forward) -> Answer | None:
    """If-Match is compared with the ETag without its quotes, as some servers do."""
    given = request.headers.get("if-match")
    if given is None:
        return None
    if given.startswith('"'):
        return error_answer(412, "PreconditionFailed")
    quoted = request.headers | {"if-match": f'"{given}"'}
    return forward(dataclasses.replace(request, headers=quoted))


def speaks_oss(request: Request, forward: Forward) -> Answer | None:
    """Conditions ignored but for a header of its own, ETags in upper case, no KeyCount."""
    if "chunked" in request.headers.get("content-encoding", ""):
        return error_answer(400, "InvalidArgument")
    asked = request.without("if-match", "if-none-match", "x-oss-forbid-overwrite")
    if "x-oss-forbid-overwrite" in request.headers:
        asked = dataclasses.replace(asked, headers=asked.headers | {"if-none-match": "*"})
    answer = forward(asked)
    if answer.status == 412:
        return error_answer(409, "FileAlreadyExists")
    headers = {k: v.upper() if k.lower() == "etag" else v for k, v in answer.headers.items()}
    body = re.sub(rb"<KeyCount>[0-9]*</KeyCount>", b"", answer.body)
    return dataclasses.replace(answer, headers=headers, body=body)


def gives_no_etags(request: Request, forward: Forward) -> Answer | None:
    answer = forward(request.without("if-match", "if-none-match"))
    headers = {k: "" if k.lower() == "etag" else v for k, v in answer.headers.items()}
    return dataclasses.replace(answer, headers=headers)


def shouts_metadata(request: Request, forward: Forward) -> Answer | None:
    """User metadata come back under names in upper case."""
    answer = forward(request)
    headers = {
        k.upper() if k.lower().startswith("x-amz-meta-") else k: v
        for k, v in answer.headers.items()
    }
    return dataclasses.replace(answer, headers=headers)


def loses_metadata(request: Request, forward: Forward) -> Answer | None:
    answer = forward(request)
    headers = {k: v for k, v in answer.headers.items() if not k.lower().startswith("x-amz-meta-")}
    return dataclasses.replace(answer, headers=headers)


@dataclass(slots=True)
class FaultProxy:
    """The running proxy: where it is, how it behaves now, and what it was asked."""

    address: str
    upstream: str
    behaviours: list[Behaviour] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)

    def misbehave(self, *behaviours: Behaviour) -> None:
        self.behaviours[:] = behaviours
        self.seen.clear()

    def count(self, method: str, about: str = "") -> int:
        return sum(one.method == method and about in one.target for one in self.seen)

    def answer(self, request: Request) -> Answer:
        self.seen.append(request)
        for behaviour in self.behaviours:
            if (answer := behaviour(request, self.forward)) is not None:
                return answer
        return self.forward(request)

    def forward(self, request: Request) -> Answer:
        """The upstream's own answer; the signed Host header goes through unchanged."""
        connection = http.client.HTTPConnection(urlsplit(self.upstream).netloc, timeout=60)
        try:
            connection.putrequest(
                request.method, request.target, skip_host=True, skip_accept_encoding=True
            )
            for name, value in request.headers.items():
                if name not in {"connection", "expect", "proxy-connection"}:
                    connection.putheader(name, value)
            connection.putheader("Connection", "close")
            connection.endheaders(request.body)
            answer = connection.getresponse()
            body = answer.read()
            dropped = {"connection", "transfer-encoding", "date", "server"}
            headers = {k: v for k, v in answer.getheaders() if k.lower() not in dropped}
            return Answer(answer.status, headers, body)
        finally:
            connection.close()


@contextmanager
def running_proxy(upstream: str) -> Iterator[FaultProxy]:
    """Start a proxy before the server `upstream`, and stop it."""
    proxy = FaultProxy("", upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:  # the client died: the server must not wait for the rest
                self.close_connection = True
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            parts = urlsplit(self.path)
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            _send(self, proxy.answer(Request(self.command, target, headers, body)))

        do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _handle  # noqa: N815

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    proxy.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    try:
        if answer.status:
            _send_head(handler, answer)
            if handler.command != "HEAD":
                _send_body(handler, answer)
    except (BrokenPipeError, ConnectionResetError):
        handler.close_connection = True
    if answer.reset:
        linger = struct.pack("ii", 1, 0)  # close with RST, not with FIN
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    if answer.reset or answer.sent_bytes is not None:
        handler.close_connection = True
        handler.wfile.flush()
        handler.connection.close()


def _send_head(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    handler.send_response_only(answer.status)
    length = answer.headers.get("Content-Length") if handler.command == "HEAD" else None
    for name, value in answer.headers.items():
        if name.lower() != "content-length":
            handler.send_header(name, value)
    if answer.status != 204:
        handler.send_header("Content-Length", length or str(len(answer.body)))
    handler.end_headers()
    handler.wfile.flush()


def _send_body(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    body = answer.body[: answer.sent_bytes]
    step = max(1, len(body) // 4) if answer.seconds_a_piece else max(1, len(body))
    for start in range(0, len(body), step):
        time.sleep(answer.seconds_a_piece)
        handler.wfile.write(body[start : start + step])
        handler.wfile.flush()
