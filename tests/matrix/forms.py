"""The forms of a page as a browser sends them, with what nobody typed added (S10, S30)."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin

import lxml.html
from django.apps import apps
from django.db import connection, models
from lxml.html import FormElement

from basins import reads

TYPED = "CANARI-SAISI"
"""What is typed in each text that a form leaves empty."""
SLIPPED = "CANARI-GLISSE"
SLIPPED_NUMBER = 987_654_321
SLIPPED_DAY = "2031-12-31"
GUESSED = (
    "schema_name", "role", "is_staff", "is_superuser", "statut", "montant", "valide_par", "id",
    "pk", "by", "at", "basin", "project_id", "amount_cents", "approved", "acting_as",
)  # fmt: skip
"""Names that somebody would try, whether or not a column bears them."""
HOSTILE = (
    "9" * 5000, "\0", "²", "-1", "1e400", "%' OR 1=1 --\\", "31/12/2199", "01/01/1801",
    "0000-00-00", "٣", "[]{{7*7}}<é>", "a" * 3000, "999999999999999999", "NaN", "2199", "1",
)  # fmt: skip
"""What a field may be sent: too long, of no database, of no calendar, a digit that is no number."""
PARAMETER = re.compile(r'(?:href="[^"?]*\?|&amp;)([a-z_]+)=')
OF_EVERY_LIST = ("page", "sort", "per_page")
NEVER_TYPED = {"csrfmiddlewaretoken"}


@dataclass(frozen=True)
class Form:
    """Where a form is sent, and what a browser sends of it."""

    action: str
    fields: tuple[tuple[str, str], ...]
    shown: frozenset[str]
    """The names of all its fields, what is only shown left out."""


def forms_of(content: bytes, page: str) -> list[Form]:
    """The forms of a page that are sent by POST, what is empty typed."""
    if b"<form" not in content:
        return []
    tree = lxml.html.fromstring(content.decode())
    return [_form(one, page) for one in tree.forms if one.method == "POST"]


def parameters_of(content: bytes) -> list[str]:
    """What the address of a page may ask: the fields of its searches, and what its links say."""
    tree = lxml.html.fromstring(content.decode())
    fields = {field.name for one in tree.forms if one.method == "GET" for field in one.inputs}
    links = set(PARAMETER.findall(content.decode())) if fields or b'href="?' in content else set()
    found = (fields | links) - {None, "next"}
    return sorted(found.union(OF_EVERY_LIST) if found else ())


def _form(form: FormElement, page: str) -> Form:
    fields, shown = [], set()
    for field in form.inputs:
        if field.name is None or "disabled" in field.attrib or "readonly" in field.attrib:
            continue
        shown.add(field.name)
        value = _typed(field)
        if value is not None and field.name not in NEVER_TYPED:
            fields.append((field.name, value))
    for button in form.xpath(".//button[@name]"):
        if button.get("name") not in shown:
            shown.add(button.get("name"))
            fields.append((button.get("name"), button.get("value", "")))
    action = urljoin(page, form.get("action") or page).partition("#")[0]
    return Form(action, tuple(fields), frozenset(shown))


def _typed(field: Any) -> str | None:
    """What one field sends; None for what a browser does not send."""
    if field.tag == "select":
        chosen = [one.get("value", "") for one in field.xpath(".//option[@selected]")]
        offered = [one.get("value", "") for one in field.xpath(".//option")]
        return next(filter(None, [*chosen, *offered]), "")
    if field.tag == "textarea":
        return field.value or TYPED
    kind, given = field.get("type", "text"), field.get("value", "")
    if kind in {"checkbox", "radio"}:
        return field.get("value", "on") if field.checked or kind == "radio" else None
    if kind in {"file", "submit", "button", "image"}:
        return None
    if given or kind == "hidden":
        return given
    return _first_guess(field, kind)


def _first_guess(field: Any, kind: str) -> str:
    if kind == "email":
        return "canari-saisi@example.org"
    if kind in {"date", "number"}:
        return {"date": "2026-12-01", "number": "2"}[kind]
    if field.get("inputmode") in {"numeric", "decimal"} or "num" in field.get("class", ""):
        return "2"
    return TYPED


@cache
def slipped() -> dict[str, str]:
    """A value for the name of each column of the site, that no form asked for."""
    found = dict.fromkeys(GUESSED, SLIPPED)
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            found[field.name] = found[field.attname] = _value_for(field)
    return found


def _value_for(field: models.Field) -> str:
    if field.choices:
        return str(field.choices[-1][0])
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateTimeField):
        return f"{SLIPPED_DAY}T10:00"
    if isinstance(field, models.DateField):
        return SLIPPED_DAY
    if isinstance(field, models.IntegerField | models.DecimalField | models.ForeignKey):
        return str(SLIPPED_NUMBER)
    return SLIPPED


@dataclass(frozen=True)
class Write:
    """A statement that changes the database, with all that it carries."""

    statement: str
    values: tuple[Any, ...]

    @property
    def shape(self) -> tuple[Any, ...]:
        """The statement and what it says, without keys, instants and tokens, which change."""
        return (self.statement, *map(_lasting, self.values))


def _lasting(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) < 20 and value.isupper():
        return value
    return type(value).__name__


OF_THE_SESSION = ("django_session", "usersessions_usersession", "common_cachedlimit")


@contextmanager
def writes() -> Iterator[list[Write]]:
    """What is written meanwhile, sessions apart."""
    found: list[Write] = []

    def note(execute, statement, params, many, context):
        text = str(statement).lstrip()
        if reads.writes(statement) and not any(table in text for table in OF_THE_SESSION):
            rows = params if many else [params]
            found.extend(Write(text, tuple(row or ())) for row in rows)
        return execute(statement, params, many, context)

    with connection.execute_wrapper(note):
        yield found


ADDS_OR_TAKES = re.compile(r'^(INSERT INTO|DELETE FROM) (?:public\.)?"?(\w+)"?')


@contextmanager
def rows_added() -> Iterator[Counter[str]]:
    """How many more rows each table has afterwards, sessions apart."""
    found: Counter[str] = Counter()

    def count(execute, statement, params, many, context):
        result = execute(statement, params, many, context)
        done = ADDS_OR_TAKES.match(str(statement).lstrip())
        if done and done[2] not in OF_THE_SESSION:
            found[done[2]] += context["cursor"].rowcount * (1 if done[1] == "INSERT INTO" else -1)
        return result

    with connection.execute_wrapper(count):
        yield found
