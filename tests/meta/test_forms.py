"""What holds for every form, whatever its room."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.conf import settings

from alize.common.access import walk
from alize.documents.fields import TextField
from partners.forms import PartnerForm
from tests.meta.test_models import ROOMS

ROOT = Path(settings.BASE_DIR)
NEVER_PRINTED = {
    "q": "what a list is searched by",
    "seen": "what the page showed, hidden",
    "code": "digits received",
    "typed_name": "compared with the name that is printed",
    "password": "kept from everybody",
    "reference": "looked for, not kept",
    "digest": "looked for, not kept",
    "bic": "read by its own rule",
    "choice": "one of three words",
}
"""Names of fields that no document prints, and why."""
NAMED = re.compile(r"(?:(\w+) = |\[f?\"(\w+)[^\]]*\] = |\"(\w+)\": |)forms\.CharField\(")


def classes(base: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for one in base.__subclasses__():
        yield one
        yield from classes(one)


def ours() -> list[type[forms.BaseForm]]:
    """The forms of the rooms: those of the platform ask for an address or a password."""
    list(walk())  # every view has been loaded, with its forms
    return [one for one in classes(forms.BaseForm) if one.__module__.partition(".")[0] in ROOMS[1:]]


def test_every_text_that_is_typed_can_be_printed():
    found = ours()
    assert len(found) > 100
    loose = [
        f"{one.__module__}.{one.__name__}.{name}"
        for one in found
        for name, field in one.base_fields.items()
        if type(field) is forms.CharField and name not in NEVER_PRINTED
    ]
    assert loose == []


def test_so_are_those_that_a_form_adds_to_itself():
    loose = [
        f"{path.relative_to(ROOT)}: {names}"
        for room in ROOMS[1:]
        for path in (ROOT / room).rglob("*.py")
        for names in NAMED.findall(path.read_text())
        if not set(names) & set(NEVER_PRINTED)
    ]
    assert loose == []


@pytest.mark.parametrize("name", ["name", "group_name"])
def test_a_form_names_what_it_refuses(name):
    field = PartnerForm.base_fields[name]
    assert type(field) is TextField
    with pytest.raises(forms.ValidationError) as refused:
        field.clean("Forges 木 du Lac")
    assert "« 木 » (U+6728), après « Forges »" in refused.value.messages[0]
    assert field.clean(" E\u0301nergie ") == "Énergie"
