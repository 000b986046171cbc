"""Production refuses to start half configured, and Django has nothing to say against it."""

import base64
import json
import os
import re
import runpy
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from alize.settings import environment

COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "alize.settings.production",
    "SECRET_KEY": "k9" * 20 + "Zr7-hq4_Wx" * 3,
    "FIELD_ENCRYPTION_KEY": "YSBrZXkgb2YgdGhlIHRlc3RzLCBub3RoaW5nIGVsc2U=",
    "SEAL_PASSPHRASE": "une phrase assez longue",
    "ALLOWED_HOSTS": "alize.example",
    "PUBLIC_URL": "https://alize.example",
    "DEFAULT_FROM_EMAIL": "ALIZE <ne-pas-repondre@alize.example>",
    "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
    "REDIS_URL": "redis://localhost:6379/0",
    "EMAIL_URL": "smtp://localhost:25",
    "REGISTER_MAILBOXES": "registres@alize.example",
}
SECRETS = sorted(COMPLETE.keys() - {"DJANGO_SETTINGS_MODULE"})


def django(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command with these variables alone."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        cwd=settings.BASE_DIR,
        env=kept | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_has_no_warning():
    run = django("check", "--deploy", "--fail-level", "WARNING", **COMPLETE)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("missing", SECRETS)
def test_production_refuses_to_start_without(missing):
    run = django("check", **{name: v for name, v in COMPLETE.items() if name != missing})
    assert run.returncode != 0
    assert f"The environment variable {missing} is required." in run.stderr


def test_production_refuses_the_demo():
    run = django("check", **COMPLETE, ALIZE_DEMO="1")
    assert run.returncode != 0
    assert "demo" in run.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "short", "is too short"),
        ("SECRET_KEY", environment.DEMO_SECRET * 3, "is the value of the demo"),
        ("SECRET_KEY_FALLBACKS", "short", "is too short"),
        ("SECRET_KEY_FALLBACKS", f"{COMPLETE['SECRET_KEY']}, short", "is too short"),
        ("SECRET_KEY_FALLBACKS", environment.DEMO_SECRET * 3, "is the value of the demo"),
        ("FIELD_ENCRYPTION_KEY", "pas-une-cle", "is too short"),
        ("FIELD_ENCRYPTION_KEY", "une phrase qui n'est pas une clé du tout", "is not a key"),
        ("FIELD_ENCRYPTION_KEY", environment.DEMO_ENCRYPTION_KEY, "is the value of the demo"),
        ("FIELD_ENCRYPTION_KEY_FALLBACKS", "pas-une-cle", "is too short"),
        ("FIELD_ENCRYPTION_KEY_FALLBACKS", f"{'A' * 43}=, {'é' * 40}", "is not a key"),
        ("SEAL_PASSPHRASE", "x", "is too short"),
        ("SEAL_PASSPHRASE", environment.DEMO_SECRET, "is the value of the demo"),
        ("PUBLIC_URL", "http://alize.example", "is the public address"),
        ("PUBLIC_URL", "alize.example", "is the public address"),
        ("PUBLIC_URL", "https://alize.example/site", "is the public address"),
        ("ALLOWED_HOSTS", "*", "lists the names of the site"),
        ("ALLOWED_HOSTS", "alize.example, *", "lists the names of the site"),
        ("ALLOWED_HOSTS", ",", "lists the names of the site"),
        ("REDIS_URL", "nimporte", "is the address of a server"),
        ("DATABASE_URL", "alize", "is the address of a server"),
        ("EMAIL_URL", "smtp://", "names no server"),
        ("EMAIL_URL", "smtps://user:password@", "names no server"),
        ("REGISTER_MAILBOXES", ",", "lists mailboxes"),
        ("REGISTER_MAILBOXES", "registres", "lists mailboxes"),
        ("REGISTER_MAILBOXES", "registres@alize.example, tiers", "lists mailboxes"),
        ("DEFAULT_FROM_EMAIL", "ALIZE", "is a mailbox"),
    ],
)
def test_production_refuses_what_protects_nothing(name, value, said):
    run = subprocess.run(
        [sys.executable, "-c", "import alize.settings.production"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]} | COMPLETE | {name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{name} {said}" in run.stderr.splitlines()[-1]


def test_production_takes_a_key_as_openssl_writes_it():
    key = base64.b64encode(bytes(range(224, 256))).decode()
    assert set(key) & {"+", "/"}
    assert told("[s.FIELD_ENCRYPTION_KEY]", FIELD_ENCRYPTION_KEY=key) == [key]


def told(code: str, **changes: str) -> list:
    """What Python says of the settings of production, one value a name."""
    script = (
        f"import django, json; from django.conf import settings as s; print(json.dumps({code}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]} | COMPLETE | changes,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def test_production_takes_lists_addresses_and_options_as_people_write_them():
    assert told(
        "[s.SECRET_KEY_FALLBACKS, s.REGISTER_MAILBOXES, s.DEFAULT_FROM_EMAIL,"
        " s.ALLOWED_HOSTS, s.PUBLIC_URL, s.EMAIL_USE_SSL, s.EMAIL_USE_TLS, s.EMAIL_PORT,"
        " s.DATABASES['default']['OPTIONS'], s.DATABASE_OWNER['OPTIONS']]",
        SECRET_KEY_FALLBACKS=f"{'o9' * 30}, {'p8' * 30}",
        REGISTER_MAILBOXES="registres@a.example, tiers@b.example,",
        ALLOWED_HOSTS="a.example, .b.example,",
        PUBLIC_URL="https://alize.example/",
        EMAIL_URL="smtps://user:secret@mail.example",
        DATABASE_URL="postgresql://app@base/alize?sslmode=verify-full&sslrootcert=/ca.pem",
        DATABASE_OWNER_URL="postgresql://owner@base/alize?sslmode=require",
    ) == [
        ["o9" * 30, "p8" * 30],
        ["registres@a.example", "tiers@b.example"],
        COMPLETE["DEFAULT_FROM_EMAIL"],
        ["a.example", ".b.example"],
        "https://alize.example",
        True,
        False,
        465,
        {"sslmode": "verify-full", "sslrootcert": "/ca.pem"},
        {"sslmode": "require"},
    ]


def test_a_copy_sends_nothing_and_calls_nobody():
    asked = "[s.COPY, s.EMAIL_BACKEND.split('.')[-2], s.PROCONNECT['server_url']]"
    address = "https://fca.example"
    assert told(asked, PROCONNECT_URL=address) == [False, "smtp", address]
    assert told(asked, PROCONNECT_URL=address, ALIZE_COPY="1") == [True, "dummy", ""]


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+starttls://mail.example", 587, True, False),
        ("smtps://mail.example:466", 466, False, True),
    ],
)
def test_mail_scheme_says_when_tls_begins(url, port, starttls, tls):
    found = environment.mail(url)
    assert (found["port"], found["starttls"], found["tls"]) == (port, starttls, tls)


def test_mail_scheme_unknown_is_refused():
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL begins with"):
        environment.mail("smtp+ssl://mail.example")


@pytest.mark.parametrize(
    ("hosts", "host"),
    [("a.example, b.example", "a.example"), (".example.fr", "example.fr"), ("*", "localhost")],
)
def test_the_check_of_the_container_asks_under_a_name_that_is_allowed(hosts, host, monkeypatch):
    server = Mock()
    server.return_value.getresponse.return_value.status = HTTPStatus.OK
    monkeypatch.setattr("http.client.HTTPConnection", server)
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(settings.BASE_DIR / "deploy" / "healthcheck"))
    assert not end.value.code
    server.return_value.request.assert_called_once_with("GET", "/sante/", headers={"Host": host})


def test_the_image_is_built_under_settings_that_production_takes():
    recipe = (settings.BASE_DIR / "Dockerfile").read_text()
    [django_there] = re.findall(r"&& (SECRET_KEY=.+?django) collectstatic", recipe, re.DOTALL)
    run = subprocess.run(
        ["sh", "-c", f"{django_there} check"],
        cwd=settings.BASE_DIR,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "DJANGO_SETTINGS_MODULE": "alize.settings.production",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


SET_ELSEWHERE = {"ALIZE_DEMO", "ALIZE_STATE_DIR", "ALIZE_SEAL_KEYS", "DOCUMENTS_ROOT"} | {
    "DATABASE_ROLE_PREFIX"
}
"""Refused in production, set by the image, or in a volume of which the image knows the place."""


def test_what_production_reads_comes_through_the_containers():
    read = {
        name
        for module in ("base", "production")
        for name in re.findall(
            r"environment\.\w+\(\s*\"(\w+)\"",
            (settings.BASE_DIR / "alize" / "settings" / f"{module}.py").read_text(),
        )
    }
    compose = (settings.BASE_DIR / "docker-compose.yml").read_text()
    passed = set(re.findall(r"^ +(\w+): \S", compose, re.MULTILINE))
    assert read - passed == SET_ELSEWHERE
    example = (settings.BASE_DIR / "deploy" / "example.env").read_text()
    asked = set(re.findall(r"\$\{(\w+):", compose))
    given = dict(re.findall(r"^(\w+)=(.*)", example, re.MULTILINE))
    assert asked == given.keys()
    # A value left as it came would start under a name or with mailboxes that are nobody's.
    assert set(given.values()) == {""}


def test_what_the_image_reads_at_its_start_comes_through_the_containers():
    entry = (settings.BASE_DIR / "deploy" / "entrypoint").read_text()
    compose = (settings.BASE_DIR / "docker-compose.yml").read_text()
    read = set(re.findall(r"\$\{(\w+):-", entry))
    assert read == {"WEB_PROCESSES", "WORKER_PROCESSES"}
    assert all(re.search(rf"^ +{name}: \S", compose, re.MULTILINE) for name in read)


def test_the_health_of_what_the_health_page_does_not_ask_is_asked_by_the_containers():
    """The page asks the worker of mails and the scheduler; nothing else asks the others."""
    _, _, services = (settings.BASE_DIR / "docker-compose.yml").read_text().partition("services:")
    asked = {
        block.split(":")[0]
        for block in re.split(r"^  (?=\w)", services, flags=re.MULTILINE)
        if "healthcheck:" in block
    }
    assert asked == {"postgres", "valkey", "web", "provisioner"}


def test_production_has_no_page_of_the_demo():
    code = (
        "import django; django.setup();"
        "from alize.common.access import walk;"
        "print([path for path, entry in walk() if path.startswith('demo/')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]} | COMPLETE,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"
