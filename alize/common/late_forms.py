"""A form that is stopped at a door: what was typed is given back, and never sends itself (ADR 30).

The door is signing in again, « Confirmer que c'est vous », or a token that was lost. It is for
whoever has no JavaScript: a browser that has some keeps a draft of its own (interface.md 2).
"""

import re
import secrets
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.urls import ResolverMatch, resolve, reverse
from django.utils.http import urlencode

from alize.common.access import Audience, rule_of
from alize.common.http import page_before
from alize.common.screen import Definition

KEPT_FOR = timedelta(minutes=30)
MOST_KEPT, LONGEST = 3, 100_000
"""How many forms one session keeps, and how many signs each may hold."""
SECRET = frozenset({"password", "code", "iban", "choice", "vote", "consents", "signed_name"})
"""A form with one of these is never kept: a password, a code, an IBAN, a vote, a signature."""
RESUMED = "late_form"
"""The field by which a form that is sent again says which one it is."""
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", RESUMED})
_KEPT = "late_forms"
_IN_LINES = re.compile(r"(.+)-(\d{1,4})-(\w+)")


@dataclass(frozen=True)
class LateForm:
    """Envoi arrêté, à reprendre : what was typed in a form, and where it was going."""

    path: str
    page: str
    """The page that held it."""
    fields: Sequence[tuple[str, str]]
    files: Sequence[str]
    """The names of the files that were joined; the files themselves are gone."""
    by: str | None = None
    """The key of whoever typed it; None when the session had ended too long ago to know."""

    @property
    def _match(self) -> ResolverMatch:
        return resolve(unquote(urlsplit(self.path).path))

    @property
    def may_be_resumed(self) -> bool:
        """Whether a button may send it again: what asks a second factor is read on its own page."""
        match = self._match
        rule = rule_of(match.func, match.url_name)
        return rule is not None and not rule.fresh

    @property
    def words(self) -> list[Definition]:
        """What was typed, by the names that people know; hidden fields say nothing."""
        module = self._match.func.__module__
        places = [_place(name) for name, _ in self.fields]
        names = defaultdict(set)
        for lines, _, name in places:
            names[lines].add(name)
        known = {lines: _fields_named(module, group) for lines, group in names.items()}
        words = []
        for (lines, number, name), (_, value) in zip(places, self.fields, strict=True):
            field = known[lines].get(name)
            if said := _said(field, value.strip()):
                label = str(field.label) if field else "Texte"
                words.append(Definition(f"{label}, ligne {number + 1}" if lines else label, said))
        return words


def turned_away(request: HttpRequest) -> LateForm | None:
    """The form that a request brings, when it holds words and no secret; a script keeps its own."""
    match = request.resolver_match
    rule = rule_of(match.func, match.url_name)
    if request.method != "POST" or request.headers.get("HX-Request"):
        return None
    if rule is None or rule.audience not in {Audience.MATRIX, Audience.TOKEN}:
        return None
    if any(name.partition("-")[0] in SECRET for name in request.POST):
        return None
    form = LateForm(
        path=request.get_full_path(),
        page=page_before(request),
        fields=[
            (name, value)
            for name, values in request.POST.lists()
            if name not in _NOT_TYPED
            for value in values
        ],
        files=[file.name for _, files in request.FILES.lists() for file in files],
    )
    is_short = sum(len(name) + len(value) for name, value in form.fields) <= LONGEST
    return form if is_short and form.words else None


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a form was on a page of this site, whatever its token."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def page_once_in(request: HttpRequest, *, by: int | None, at: datetime) -> str:
    """Where a request goes once its door is open: its page; after a form, to what was typed."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return request.get_full_path()
    form = turned_away(request)
    if form is None or not ratelimit.consume(request, action="late_form"):
        return page_before(request)
    messages.warning(
        request,
        "Rien n'a été envoyé : dites-nous d'abord qui vous êtes. Ce que vous aviez saisi vous sera "
        "rendu, sur cet appareil et dans la demi-heure.",
    )
    key = _keep(request, form, by=by, at=at)
    return f"{reverse('late_form', kwargs={'key': key})}?{urlencode({'next': form.page})}"


def _keep(request: HttpRequest, form: LateForm, *, by: int | None, at: datetime) -> str:
    key = secrets.token_urlsafe(8)
    until = (at + KEPT_FOR).timestamp()
    one = asdict(form) | {"by": None if by is None else str(by), "until": until}
    kept = _living(request, at) | {key: one}
    request.session[_KEPT] = dict(list(kept.items())[-MOST_KEPT:])
    if not request.user.is_authenticated:
        # Should nobody sign in, the row of the session goes with the words.
        request.session.set_expiry(KEPT_FOR)
    return key


def signed_in(request: HttpRequest) -> None:
    """Give back its length to the session of whoever has a form kept in it."""
    if _KEPT in request.session:
        request.session.set_expiry(0)


def find(request: HttpRequest, key: str, *, at: datetime) -> LateForm | None:
    """The form kept under a key, while it is."""
    kept = _living(request, at).get(key)
    if kept is None:
        return None
    return LateForm(**{name: value for name, value in kept.items() if name != "until"})


def let_go(request: HttpRequest, *, at: datetime) -> None:
    """Forget the forms that are past their time, and the one that arrives now."""
    if _KEPT not in request.session:
        return
    kept = _living(request, at)
    if request.method == "POST":
        resumed, path = request.POST.get(RESUMED), request.get_full_path()
        if resumed in kept:
            del kept[resumed]
        else:
            kept = {key: one for key, one in kept.items() if one["path"] != path}
    if not kept:
        del request.session[_KEPT]
    elif kept != request.session[_KEPT]:
        request.session[_KEPT] = kept


def _living(request: HttpRequest, at: datetime) -> dict[str, dict[str, Any]]:
    kept = request.session.get(_KEPT, {})
    return {key: one for key, one in kept.items() if one["until"] > at.timestamp()}


def _place(name: str) -> tuple[str, int, str]:
    """The lines that a field is of, the rank of its line, and its name there."""
    match = _IN_LINES.fullmatch(name)
    return (match[1], int(match[2]), match[3]) if match else ("", 0, name)


def _fields_named(module: str, names: set[str]) -> dict[str, forms.Field]:
    """The fields of these names in the forms of a room that know the most of them.

    Those that the module of the view imports come first. Where two such forms call a field
    otherwise, nothing is known of it.
    """
    room = _room_of(module)
    ours = [one for one in _classes(forms.BaseForm) if _room_of(one.__module__) == room]
    known = {one: len(names & one.base_fields.keys()) for one in ours}
    most = max(known.values(), default=0)
    best = [one for one in ours if known[one] == most]
    mine = [one for one in best if vars(sys.modules[module]).get(one.__name__) is one]
    found = {}
    for name in names:
        fields = [one.base_fields[name] for one in mine or best if name in one.base_fields]
        labels = {str(field.label or "") for field in fields}
        if len(labels) == 1 and (labels != {""} or fields[0].widget.is_hidden):
            found[name] = fields[0]
    return found


def _room_of(module: str) -> str:
    return module.partition(".")[0]


def _classes(base: type[forms.BaseForm]) -> Iterator[type[Any]]:
    for one in base.__subclasses__():
        yield one
        yield from _classes(one)


def _said(field: forms.Field | None, value: str) -> str:
    """A value as people wrote it; empty for what a page holds without their having typed it."""
    if field is None:
        # A sentence is somebody's; one word alone may be a key of ours.
        return value if " " in value and any(map(str.isalpha, value)) else ""
    if field.widget.is_hidden or isinstance(field, forms.ModelChoiceField):
        return ""
    if isinstance(field, forms.BooleanField):
        return "Oui" if value else ""
    if isinstance(field, forms.ChoiceField):
        return {str(key): str(label) for key, label in field.choices}.get(value, "")
    return value
