"""A real OpenStack Swift on loopback: S3 over http and over https, no memcached needed.

`running_swift(folder)` starts one process that forks an account, a container and an object server
and two proxies (http, https), all with the same rings and data, and stops them by process id.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import ipaddress
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ACCESS_KEY, SECRET_KEY = "test:tester", "testing"
DOMAIN = "store.test"
_ROLES = ("account", "container", "object", "proxy", "proxy-tls")


@dataclass(frozen=True, slots=True)
class Swift:
    """Where the running Swift answers, and the certificate authority that signed its name."""

    http: str
    https: str
    ca_bundle: Path


def has_user_xattrs(folder: Path) -> bool:
    """Whether files in `folder` can carry the attributes in which Swift keeps its metadata."""
    probe = folder / "xattr-probe"
    probe.touch()
    try:
        os.setxattr(probe, "user.yrdx", b"1")
    except OSError:
        return False
    finally:
        probe.unlink()
    return True


@contextmanager
def folder_for_swift(temporary: Path, project: Path) -> Iterator[Path | None]:
    """A folder whose files can carry those attributes; None where neither place has them."""
    if has_user_xattrs(temporary):
        yield temporary
        return
    (project / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=project / "var") as other:
        yield Path(other) if has_user_xattrs(Path(other)) else None


@contextmanager
def running_swift(folder: Path) -> Iterator[Swift]:
    """Start Swift with its data in `folder` and stop it afterwards."""
    ports = dict(zip(_ROLES, _free_ports(len(_ROLES)), strict=True))
    ca_bundle = _make_certificates(folder)
    _write_configuration(folder, ports)
    log = (folder / "swift.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", __file__, str(folder), json.dumps(ports)],
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
    )
    try:
        context = ssl.create_default_context(cafile=str(ca_bundle))
        http, https = (
            f"http://127.0.0.1:{ports['proxy']}",
            f"https://127.0.0.1:{ports['proxy-tls']}",
        )
        for address in (http, https):
            _wait_until_healthy(address, process, context, folder / "swift.log")
        yield Swift(http=http, https=https, ca_bundle=ca_bundle)
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _wait_until_healthy(
    address: str, process: subprocess.Popen[bytes], context: ssl.SSLContext, log: Path
) -> None:
    deadline = time.monotonic() + 40
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(address + "/healthcheck", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"Swift did not start at {address}:\n{log.read_text()[-4000:]}")


def _make_certificates(folder: Path) -> Path:
    """A certificate authority of our own and a server certificate for loopback."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    day = dt.timedelta(days=1)
    now = dt.datetime.now(dt.UTC)

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_id = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())

    def certificate(subject: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(named("yrdx tests"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - day)
            .not_valid_after(now + 30 * day)
        )

    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    authority = (
        certificate("yrdx tests", authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(authority_id, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.DNSName(f"*.{DOMAIN}"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        ]
    )
    issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_id)
    server = (
        certificate("localhost", server_key)
        .add_extension(names, critical=False)
        .add_extension(issuer, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(authority.public_bytes(pem))
    (folder / "server.pem").write_bytes(server.public_bytes(pem))
    (folder / "server.key").write_bytes(
        server_key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "ca.pem"


_BACKEND = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
log_name = {role}
log_address = {folder}/no-syslog
user = {user}

[pipeline:main]
pipeline = {role}-server

[app:{role}-server]
use = egg:swift#{role}
"""

_PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
swift_dir = {folder}
log_name = {role}
log_address = {folder}/no-syslog
user = {user}
{tls}

[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck listing_formats s3api tempauth copy slo dlo proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true

[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
storage_domain = {domain}
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
user_test_reader = reading
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""  # noqa: E501


def _write_configuration(folder: Path, ports: dict[str, int]) -> None:
    (folder / "devices" / "d1").mkdir(parents=True, exist_ok=True)
    (folder / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_suffix = yrdx\nswift_hash_path_prefix = tests\n"
        "[storage-policy:0]\nname = only\ndefault = yes\n"
    )
    tls = f"cert_file = {folder}/server.pem\nkey_file = {folder}/server.key"
    user = __import__("getpass").getuser()
    for role, port in ports.items():
        template = _PROXY if role.startswith("proxy") else _BACKEND
        text = template.format(
            role=role,
            port=port,
            folder=folder,
            user=user,
            domain=DOMAIN,
            tls=tls if role == "proxy-tls" else "",
        )
        (folder / f"{role}.conf").write_text(text)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: no orphan outlives the tests


def _make_rings(folder: Path, ports: dict[str, int]) -> None:
    from swift.common.ring import RingBuilder

    for role in ("account", "container", "object"):
        builder = RingBuilder(4, 1, 0)
        builder.add_dev(
            {
                "id": 0, "region": 1, "zone": 1, "weight": 1.0, "ip": "127.0.0.1",
                "port": ports[role], "replication_ip": "127.0.0.1",
                "replication_port": ports[role], "device": "d1", "meta": "",
            }
        )  # fmt: skip
        builder.rebalance()
        builder.get_ring().save(str(folder / f"{role}.ring.gz"))


def _serve(folder: Path, ports: dict[str, int]) -> None:
    """Import Swift once, then fork every server; ends all of them when told to end."""
    _die_with_parent()
    from swift.account.server import main as account
    from swift.container.server import main as container
    from swift.obj.server import main as objects
    from swift.proxy.server import main as proxy

    _make_rings(folder, ports)
    mains: dict[str, Callable[[], object]] = {
        "account": account,
        "container": container,
        "object": objects,
        "proxy": proxy,
        "proxy-tls": proxy,
    }
    children: list[int] = []
    for role, main in mains.items():
        child = os.fork()
        if child == 0:
            _die_with_parent()
            sys.argv = ["swift", str(folder / f"{role}.conf")]
            main()
            os._exit(0)
        children.append(child)
    signal.signal(signal.SIGTERM, lambda *_: _stop(children))
    os.wait()
    _stop(children)


def _stop(children: list[int]) -> None:
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue
    os._exit(0)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), json.loads(sys.argv[2]))
