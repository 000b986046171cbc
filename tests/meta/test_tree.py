"""No tracked file names the machine it was written on, nor the host that served a package."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LOCKS = sorted(path.name for path in [*ROOT.glob("*.lock"), *ROOT.glob("*-lock.json")])
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


def test_every_dependency_says_why_it_is_there():
    """Beside its name in `pyproject.toml`; under `//` where JSON takes no comment."""
    text = (ROOT / "pyproject.toml").read_text()
    lists = re.findall(
        r"^(?:dependencies|\w+) = \[\n((?:  .*\n)+)\]", text.split("[tool.")[0], re.M
    )
    lines = [line for block in lists for line in block.splitlines()]
    assert len(lines) > 45
    assert [line for line in lines if not re.fullmatch(r'  "\S+",\s+# \w.+', line)] == []
    package = json.loads((ROOT / "package.json").read_text())
    assert package["//"].keys() == package["dependencies"].keys()
    assert all(package["//"].values())


def test_every_lock_is_made_from_what_says_why():
    assert "==" not in (ROOT / "scripts" / "lock").read_text()


@pytest.mark.parametrize(("place", "passes"), [("/srv/alize", True), ("/opt/venv", False)])
def test_the_guard_of_paths_leaves_out_those_of_the_image(place, passes):
    """A clone may stand where the image puts the code, which its recipe has to name."""
    recipe = (ROOT / ".ci" / "run").read_text()
    functions = re.findall(r"^(?:none|own_path)\(\) \{\n.*?^\}", recipe, re.M | re.S)
    assert tracked()
    script = "\n".join([*functions, f"PWD={place}; own_path >/dev/null"])
    run = subprocess.run(["bash", "-c", script], cwd=ROOT, check=False)
    assert (run.returncode == 0) == passes


def test_no_address_of_the_demo_is_at_a_name_that_somebody_may_own():
    """RFC 2606 keeps `.example` and `example.org` for this; `exemple.fr` is somebody's."""
    owned = re.compile(r"[@/][^\s\"']*\.(?:fr|com|net|org)\b(?<!@example\.org)")
    found = [
        f"{path.relative_to(ROOT)}: {address}"
        for path in tracked()
        if path.is_relative_to(ROOT / "alize" / "demo") and path.suffix == ".py"
        for address in owned.findall(path.read_text())
    ]
    assert found == []


def test_each_decision_has_its_number():
    numbers = [path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")]
    assert len(numbers) == len(set(numbers))


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
