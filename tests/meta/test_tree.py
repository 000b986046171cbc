"""No tracked file names the machine it was written on, nor the host that served a package."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LOCKS = (
    "requirements.lock",
    "requirements-demo.lock",
    "requirements-dev.lock",
    "package-lock.json",
)
PLACES = re.compile(r"(?<![\w.:/-])/(?:root|work|mnt|Users)/[\w.-]+")
TEXT = {".py", ".md", ".toml", ".yml", ".html", ".txt", ".css", ".js", ".sql", ".json", ".lock", ""}


def tracked() -> list[Path]:
    """The files of the repository, or those of a copy of it without its history."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a repository")
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def test_no_file_names_a_place_of_this_machine():
    found = [
        f"{path.relative_to(ROOT)}: {place}"
        for path in tracked()
        if path.suffix in TEXT
        for place in PLACES.findall(path.read_text(errors="replace"))
    ]
    assert found == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host(name):
    text = (ROOT / name).read_text()
    assert not re.search(
        r"^\s*--(?:index|extra-index|find-links)|://(?!opencollective|github)", text, re.M
    )
    assert '"resolved"' not in text


def test_no_day_is_read_off_an_instant_without_its_zone():
    """Kept instants are in universal time: near midnight their own day is not that of Paris."""
    naive = re.compile(r"\.\w+_at\.date\(\)|(?<![\w.])at\.date\(\)")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] != "tests"
        and naive.search(path.read_text())
    ]
    assert found == []


def test_every_form_takes_addresses_that_their_columns_can_keep():
    longer = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] != "tests"
        and "= forms.EmailField(" in path.read_text()
    ]
    assert longer == []
