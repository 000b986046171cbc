"""Production refuses to start half configured, and Django has nothing to say against it."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "alize.settings.production",
    "SECRET_KEY": "k9" * 20 + "Zr7-hq4_Wx" * 3,
    "FIELD_ENCRYPTION_KEY": "ZGVtbyBvbmx5LCB0aGlzIGlzIG5vdCBhIHNlY3JldCE=",
    "SEAL_PASSPHRASE": "une phrase",
    "ALLOWED_HOSTS": "alize.example",
    "PUBLIC_URL": "https://alize.example",
    "DEFAULT_FROM_EMAIL": "ALIZE <ne-pas-repondre@alize.example>",
    "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
    "REDIS_URL": "redis://localhost:6379/0",
    "EMAIL_URL": "smtp://localhost:25",
}
SECRETS = sorted(COMPLETE.keys() - {"DJANGO_SETTINGS_MODULE"})


def django(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with these variables alone."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        cwd=settings.BASE_DIR,
        env=kept | environment,
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


def test_production_refuses_a_short_key():
    run = django("check", **COMPLETE | {"SECRET_KEY": "short"})
    assert run.returncode != 0
    assert "SECRET_KEY is too short" in run.stderr


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
