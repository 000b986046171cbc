"""What the image ships is listed with its licences, and one that we do not know is told (S58)."""

import json
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LOADER = SourceFileLoader("components", str(ROOT / "scripts" / "components"))
script = module_from_spec(spec_from_loader(LOADER.name, LOADER))
LOADER.exec_module(script)


def test_what_is_shipped_is_listed_with_its_licence(capsys):
    assert script.main() == 0
    listed = json.loads(capsys.readouterr().out)["components"]
    licences = {one["name"]: one["licenses"][0]["license"]["name"] for one in listed
                if "licenses" in one}  # fmt: skip
    assert len(listed) > 80
    assert (licences["django"], licences["bootstrap"]) == ("BSD-3-Clause", "MIT")
    assert not {"pytest", "ruff"} & {one["name"] for one in listed}


def test_a_licence_that_we_do_not_know_is_told(monkeypatch, capsys):
    known = script.licence_of
    changed = {"celery": "AGPL-3.0-only", "django": ""}
    monkeypatch.setattr(script, "licence_of", lambda name: changed.get(name, known(name)))
    assert script.main() == 1
    said = capsys.readouterr().err
    assert [line.split()[0] for line in said.splitlines()] == ["celery", "django"]
    assert "AGPL-3.0-only" in said
    assert "says none" in said
