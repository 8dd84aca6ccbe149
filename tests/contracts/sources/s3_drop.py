"""A bucket in a real HTTP server that speaks S3, as the connector contract drives it."""

import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.request import Request, urlopen

import boto3
from moto.server import ThreadedMotoServer

from connectors import s3_drop
from yrdx.connector import Completeness

ACCESS, SECRET = "TEST_INBOX_ACCESS_KEY", "TEST_INBOX_SECRET_KEY"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Source:
    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="partner",
            aws_secret_access_key="partner-secret",
        )
        # Servers of one process share their memory: begin with nothing.
        urlopen(Request(f"{endpoint}/moto-api/reset", method="POST")).close()
        self.client.create_bucket(Bucket="inbox")

    def config(
        self, *, complete: Completeness, glob: str = "*", bucket: str = "inbox"
    ) -> s3_drop.Config:
        return s3_drop.Config(
            kind="s3_drop",
            bucket=bucket,
            prefix="33-zhejiang/",
            glob=glob,
            complete=complete,
            endpoint=self.endpoint,
            access_key_env=ACCESS,
            secret_key_env=SECRET,
        )

    def put(self, path: str, body: bytes, *, at: datetime | None = None) -> None:
        self.client.put_object(Bucket="inbox", Key=f"33-zhejiang/{path}", Body=body)
        if at is not None:
            time.sleep(1.1)  # the server stamps with its own clock, in whole seconds

    def remove(self, path: str) -> None:
        self.client.delete_object(Bucket="inbox", Key=f"33-zhejiang/{path}")

    def unreachable(self) -> s3_drop.Config:
        dead = self.config(complete=Completeness())
        return dead.model_copy(update={"endpoint": f"http://127.0.0.1:{free_port()}"})


@contextmanager
def open_source(tmp_path: Path) -> Iterator[Source]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    os.environ[ACCESS], os.environ[SECRET] = "exchange", "exchange-secret"
    try:
        source = Source(f"http://127.0.0.1:{port}")
        yield source
        source.client.close()
    finally:
        server.stop()
        del os.environ[ACCESS], os.environ[SECRET]
