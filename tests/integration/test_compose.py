"""docker-compose.yaml is what the real Compose accepts, and keeps what production asks for."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from demo.components import COMPONENTS
from yrdx.checking.signing import load_signing_key
from yrdx.settings import Settings

ONE_SHOT = {"initialise", "own-objects"}
BIN = Path(sys.executable).parent


def load(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def deployed(project, tmp_path_factory) -> Path:
    """A copy with secrets made, as `make up` finds it."""
    folder = tmp_path_factory.mktemp("compose")
    shutil.copy(project / "docker-compose.yaml", folder)
    secrets = folder / "deploy" / "secrets"
    load(project / "deploy" / "make_secrets.py").make_secrets(secrets)
    return folder


def compose(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [BIN / "docker-compose", "-f", folder / "docker-compose.yaml", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"the real Compose refuses docker-compose.yaml:\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def services(deployed) -> dict:
    """All services, with every anchor and variable resolved by Compose itself."""
    return json.loads(compose(deployed, "config", "--format", "json"))["services"]


def airflow_services(services: dict) -> dict:
    return {name: one for name, one in services.items() if "yrdx-airflow" in one["image"]}


def test_the_real_compose_accepts_the_file(deployed):
    assert compose(deployed, "config", "-q") == ""


def test_hadolint_has_nothing_to_say_about_the_dockerfile(project):
    done = subprocess.run(
        [BIN / "hadolint", project / "deploy" / "Dockerfile"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_part_of_the_topology_is_there(services):
    assert set(services) == ONE_SHOT | {
        "api-server",
        "dag-processor",
        "object-store",
        "postgres",
        "redis",
        "scheduler",
        "triggerer",
        "worker",
    }


def test_the_components_are_those_that_the_demonstration_really_starts(services):
    for name, arguments in COMPONENTS.items():
        assert services[name]["command"] == ["airflow", *arguments]
    assert services["triggerer"]["command"] == ["airflow", "triggerer"]
    assert services["worker"]["command"] == ["airflow", "celery", "worker"]


def test_every_airflow_option_exists_in_this_airflow(services):
    # Found, not imported: importing Airflow writes into the home folder.
    airflow = Path(importlib.util.find_spec("airflow").submodule_search_locations[0])
    template = airflow / "config_templates" / "config.yml"
    known = yaml.safe_load(template.read_text(encoding="utf-8"))
    celery = load(airflow / "providers" / "celery" / "get_provider_info.py")
    for section, described in celery.get_provider_info()["config"].items():
        known.setdefault(section, {"options": {}})["options"].update(described["options"])
    for one in airflow_services(services).values():
        for variable in one["environment"]:
            if not variable.startswith("AIRFLOW__"):
                continue
            _, section, option = variable.lower().split("__")
            options = known.get(section, {}).get("options", {})
            assert option.removesuffix("_cmd") in options, f"{variable} is no option of Airflow"


def test_whatever_is_set_in_the_file_of_the_environment_reaches_the_tasks(deployed, tmp_path):
    """Documents name settings that have no line of their own, as those of retention."""
    folder = tmp_path / "compose"
    shutil.copytree(deployed, folder)
    settings = {"YRDX_KEEP_LANDED_DAYS": "365", "ZHEJIANG_INBOX_ACCESS_KEY": "AKID"}
    lines = [f"{name}={value}" for name, value in settings.items()]
    (folder / ".env").write_text("\n".join([*lines, "YRDX_HOME=/elsewhere"]))
    found = json.loads(compose(folder, "config", "--format", "json"))["services"]
    for name, one in airflow_services(found).items():
        assert one["environment"].items() >= settings.items(), name
        assert one["environment"]["YRDX_HOME"] == "/opt/yrdx", "the image has its paths"


def test_every_setting_of_ours_exists(services):
    known = {f"YRDX_{name.upper()}" for name in Settings.model_fields} | {"YRDX_SECRETS_DIR"}
    for one in airflow_services(services).values():
        ours = {name for name in one["environment"] if name.startswith("YRDX_")}
        assert ours <= known


def test_secrets_are_files_and_no_environment_holds_one(services, deployed):
    folder = deployed / "deploy" / "secrets"
    values = [path.read_text() for path in folder.iterdir()]
    for name, one in services.items():
        text = json.dumps([one.get("environment", {}), one.get("command", [])])
        assert not [value for value in values if value in text], f"{name} shows a secret"
        wanted = set(re.findall(r"/run/secrets/([a-z0-9_]+)", text + json.dumps(one)))
        given = {secret["source"] for secret in one.get("secrets", [])}
        assert wanted <= given, f"{name} reads secrets that it is not given"
    assert (folder.stat().st_mode & 0o777) == 0o700


def test_everything_that_stays_up_is_watched_restarted_and_limited(services):
    for name, one in services.items():
        assert one["deploy"]["resources"]["limits"].keys() >= {"cpus", "memory"}, name
        assert one["cap_drop"] == ["ALL"], name
        if name not in ONE_SHOT:
            assert one["healthcheck"]["test"], f"{name} has no health check"
            assert one["restart"] == "unless-stopped", name


def test_nothing_that_stays_up_runs_as_root_and_every_image_is_pinned(services):
    for name, one in services.items():
        if name != "own-objects":
            assert re.fullmatch(r"[1-9][0-9]*:[0-9]+", one["user"]), f"{name} may run as root"
        tag = one["image"].rpartition(":")[2]
        assert re.match(r"[0-9]+[.][0-9]+", tag), f"{one['image']} is not pinned"


def test_only_the_web_interface_is_published_and_on_loopback(services):
    published = {name: one["ports"] for name, one in services.items() if one.get("ports")}
    assert list(published) == ["api-server"]
    assert [port["host_ip"] for port in published["api-server"]] == ["127.0.0.1"]


def test_components_wait_for_the_first_job_and_it_for_its_servers(services):
    assert set(services["initialise"]["depends_on"]) == {"postgres", "redis", "object-store"}
    for name, one in airflow_services(services).items():
        if name != "initialise":
            condition = one["depends_on"]["initialise"]["condition"]
            assert condition == "service_completed_successfully"


def test_only_workers_see_the_key_that_signs_receipts(services):
    holders = {
        name
        for name, one in services.items()
        if "receipt_signing_key" in {secret["source"] for secret in one.get("secrets", [])}
    }
    assert holders == {"worker"}
    signing = Path(services["worker"]["environment"]["YRDX_SIGNING_KEY_FILE"])
    assert signing == Path("/run/secrets/receipt_signing_key")


def test_secrets_are_made_once_and_fit_each_other(project, tmp_path):
    make_secrets = load(project / "deploy" / "make_secrets.py").make_secrets
    assert len(make_secrets(tmp_path / "secrets")) == 14
    key = load_signing_key(tmp_path / "secrets" / "receipt_signing_key")
    assert key.public.has_signed("0" * 64, signature=key.sign("0" * 64))
    before = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert make_secrets(tmp_path / "secrets") == []
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == before
    assert urlsplit(before["airflow_database_url"]).password == before["postgres_password"]
    assert urlsplit(before["airflow_broker_url"]).password == before["redis_password"]
    assert len(before["airflow_jwt_secret"]) >= 64
    (identity,) = json.loads(before["object_store_identities"])["identities"]
    assert identity["credentials"] == [
        {
            "accessKey": before["yrdx_s3_access_key"],
            "secretKey": before["yrdx_s3_secret_key"],
        }
    ]
