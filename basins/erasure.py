"""Erases what names somebody who asks for it; what the law keeps stays, and why (ADR 31, S55).

Every text of every table is looked through, that of a new feature too: only what a room keeps, with
its ground, stays as it is. Rows are renamed, never removed: votes, journals and accounts hold ids.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Count, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Left
from django.utils.html import escape

from alize.accounts.models import Person, User
from alize.audit import operations as audit
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied
from alize.notifications.models import Mail, MutedMail
from alize.outbox.models import Entry
from basins import tenancy
from basins.enums import BasinStatus, LinkPurpose
from basins.models import Basin, Invitation, LocalOperator, Membership

ERASED = "Personne effacée"
NOWHERE = "efface.invalid"
"""The domain of an erased address: no mail ever leaves for it (RFC 2606)."""
OF_THE_ACCOUNT = frozenset(
    {"account", "accounts", "contenttypes", "mfa", "sessions", "socialaccount", "usersessions"}
)
"""The account goes whole, and the name of the person with it."""


@dataclass(frozen=True)
class Asked:
    """Demande d'effacement : an address, and all that names the same person in a text."""

    email: str
    words: frozenset[str]
    person: Person | None
    address: str
    """What stands for the address from now on."""

    @property
    def patterns(self) -> tuple[tuple[str, str], ...]:
        """What is looked for, as PostgreSQL reads it, and what stands there instead."""
        # A mail laid out, a list in a page: what HTML writes otherwise is the same word.
        words = self.words | {escape(word) for word in self.words}
        named = "|".join(sorted(map(_pattern, words), key=len, reverse=True))
        found = ((_pattern(self.email), self.address), (named, ERASED))
        return tuple((pattern, instead) for pattern, instead in found if pattern)

    def with_words(self, words: Iterable[str]) -> "Asked":
        known = self.words | {word.strip() for word in words if len(word.strip()) > 3}
        return Asked(self.email, known, self.person, self.address)


def _pattern(word: str) -> str:
    """A whole word, or a number however its digits are spaced."""
    digits = re.sub(r"[ .-]", "", word)
    if len(digits) > 8 and digits.lstrip("+").isdigit():
        return "[ .-]?".join(map(re.escape, digits))
    begins, ends = (r"\m" if word[0].isalnum() else ""), (r"\M" if word[-1].isalnum() else "")
    return f"{begins}{re.escape(word)}{ends}"


@dataclass(frozen=True)
class Trace:
    """Trace : how many rows of a table name somebody in a text, and why they stay if they do."""

    model: type[models.Model]
    field: models.Field
    count: int
    ground: str = ""

    def __str__(self) -> str:
        return f"{self.model._meta.verbose_name}, {self.field.verbose_name} : {self.count}"


@dataclass(frozen=True)
class Bond:
    """Attache : what a basin still needs somebody for."""

    words: str
    outlives: bool = False
    """Whether it holds once the basin is closed: the others end with it."""


# -- What the rooms say ----------------------------------------------------------------------------
_KEPT: dict[str, tuple[str, Q]] = {}
_BINDS: list[Callable[[Asked, date], Iterable[Bond]]] = []
_WORDS: list[Callable[[str], Iterable[str]]] = []
_FORGETS: list[Callable[[Asked], int]] = []


def keep(label: str, ground: str, rows: Q | None = None) -> None:
    """Leave as they are the rows of a model, or of all those of an application, that law keeps."""
    _KEPT[label] = (ground, rows or Q())


def binds(function: Callable[[Asked, date], Iterable[Bond]]) -> Callable:
    """Let a room say, in the current basin, what somebody is still needed for on a day."""
    _BINDS.append(function)
    return function


def names(function: Callable[[str], Iterable[str]]) -> Callable:
    """Let a room say, in the current basin, what else names whoever has an address."""
    _WORDS.append(function)
    return function


def forgets(function: Callable[[Asked], int]) -> Callable:
    """Let a room forget what only concerns somebody; it returns how many rows it changed."""
    _FORGETS.append(function)
    return function


keep("audit", "journal : des numéros et des empreintes, jamais de nom")
keep("documents", "documents émis et pièces des dossiers : dix ans")
keep("drafting", "modèles nationaux des conventions")
keep("seals", "certificats des cachets")
keep(
    "basins.singleuselink",
    "preuve d'une signature : dix ans après le terme",
    Q(purpose=LinkPurpose.SIGNATURE),
)


# -- Who asks --------------------------------------------------------------------------------------
def asked_by(email: str, also: Iterable[str] = ()) -> Asked:
    """Who has an address, and by what else they are known, here and in every basin."""
    with tenancy.national():
        person = Person.objects.filter(email__iexact=email).first()
    asked = Asked(email, frozenset(), person, f"{uuid4().hex[:12]}@{NOWHERE}").with_words(also)
    if person is not None:
        asked = asked.with_words(_both_ways(person.first_name, person.last_name))
    for basin in tenancy.every_space():
        with tenancy.inside(basin):
            asked = asked.with_words(word for room in _WORDS for word in room(email))
    return asked


def _both_ways(first: str, last: str) -> list[str]:
    """A name as one signs and as lists are sorted; never a last name alone, which many share."""
    return [f"{first} {last}", f"{last} {first}"] if first and last else []


def _homonyms(asked: Asked) -> list[Person]:
    """Other people with the same name: a text does not tell which of them it means."""
    others = Person.objects.annotate(whole=Concat("first_name", Value(" "), "last_name"))
    if asked.person is not None:
        others = others.exclude(pk=asked.person.pk)
    return list(others.exclude(email__iexact=asked.email).filter(whole__in=asked.words))


def reasons_to_wait(asked: Asked, *, on: date) -> list[str]:
    """What somebody is still needed for, in `public` and in every basin (GDPR art. 17.3).

    Nobody ends anything any more in a closed basin: what holds there stops the others no more.
    """
    with tenancy.national():
        waiting = [f"{other} porte le même nom" for other in _homonyms(asked)]
        if asked.person is not None:
            held = Membership.objects.not_over(on).filter(person=asked.person)
            held = held.exclude(basin__status=BasinStatus.CLOSED)
            waiting += [
                f"rôle en cours : {role.get_role_display()}, {role.basin or 'réseau'}"
                for role in held.select_related("basin")
            ]
        operators = LocalOperator.objects.filter(representative_email__iexact=asked.email)
        operators = operators.exclude(basin__status=BasinStatus.CLOSED)
        waiting += [f"représente l'opérateur {operator}" for operator in operators]
    for basin in tenancy.every_space():
        if basin.status != BasinStatus.CLOSED:
            waiting += [f"{basin} : {bond.words}" for bond in _bonds_in(basin, asked, on)]
    return waiting


def reasons_to_stay(basin: Basin, asked: Asked, *, on: date) -> list[str]:
    """Why a closed basin stays as it is: a debt, another owner of the same name."""
    if basin.status != BasinStatus.CLOSED:
        return []
    bonds = [bond for bond in _bonds_in(basin, asked, on) if bond.outlives]
    return [f"{basin}, bassin fermé : {bond.words}" for bond in bonds]


def _bonds_in(basin: Basin, asked: Asked, on: date) -> list[Bond]:
    with tenancy.inside(basin):
        return [bond for room in _BINDS for bond in room(asked, on)]


# -- What names them -------------------------------------------------------------------------------
def traces(asked: Asked) -> Iterator[Trace]:
    """Where the texts of the current schema name somebody."""
    for model, rows, ground in _rows_here():
        found = rows.aggregate(
            **{text.name: Count("pk", filter=_names(asked, text)) for text in _texts(model)}
        )
        for text in _texts(model):
            if found[text.name]:
                yield Trace(model, text, found[text.name], ground)


def _rows_here() -> Iterator[tuple[type[models.Model], QuerySet, str]]:
    """The rows of each table of the current schema, those that are kept apart."""
    here = _tables_here()
    for model in apps.get_models():
        options = model._meta
        if options.db_table not in here or options.app_label in OF_THE_ACCOUNT or not _texts(model):
            continue
        rows = model._base_manager.all()
        ground, kept = _KEPT.get(options.label_lower) or _KEPT.get(options.app_label) or ("", None)
        if ground:
            yield model, rows.filter(kept), ground
        if kept is None or kept:
            yield model, rows.exclude(kept) if kept else rows, ""


def _tables_here() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {table for (table,) in cursor.fetchall()}


def _texts(model: type[models.Model]) -> list[models.Field]:
    kinds = models.CharField | models.TextField | models.JSONField
    return [
        one
        for one in model._meta.local_concrete_fields
        if isinstance(one, kinds) and not one.choices
    ]


def _names(asked: Asked, text: models.Field) -> Q:
    """That a text names them."""
    words = Cast(text.name, TextField())
    named = Q()
    for pattern, _ in asked.patterns:
        named |= Q(models.lookups.IRegex(words, pattern))
    return named


# -- What is done ----------------------------------------------------------------------------------
def erase(asked: Asked, *, by: Person, at: datetime, on: date) -> list[str]:
    """Erase somebody everywhere, each schema at once; returns what remains, and why.

    A schema that refuses does not stop the others, but `public`, the last: its name finds the rest,
    and what stopped may begin again.

    :raises ActionDenied: somebody still counts on them, or a row that no room keeps may not change;
        the reason says for what, or where.
    """
    waiting = reasons_to_wait(asked, on=on)
    if waiting:
        raise ActionDenied(f"Rien n'est effacé, {asked.email} : {' ; '.join(waiting)}.")
    remains: list[str] = []
    refused = []
    for basin in tenancy.every_space():
        if stays := reasons_to_stay(basin, asked, on=on):
            remains += stays
            continue
        try:
            with tenancy.inside(basin), _whole(asked, str(basin)):
                changed = sum(room(asked) for room in _FORGETS)
                remains += _rewrite_and_tell(asked, changed, str(basin), by=by, at=at)
        except ActionDenied as denied:
            refused.append(denied.reason)
    if refused:
        raise ActionDenied("\n".join([*refused, *remains]))
    with tenancy.national(), _whole(asked, "réseau"):
        changed = _forget_account(asked)
        remains += _rewrite_and_tell(asked, changed, "Réseau", by=by, at=at)
    return remains


@contextmanager
def _whole(asked: Asked, place: str) -> Iterator[None]:
    """One schema, all or nothing, however long its texts take to be looked through."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '10min'")
            yield
    except IntegrityError as error:
        raise ActionDenied(f"{asked.email}, {place} : {sentence_of(error)}") from error


def _rewrite_and_tell(
    asked: Asked, changed: int, place: str, *, by: Person, at: datetime
) -> list[str]:
    """Rename them in the texts of the current schema; its journal says how many rows.

    Returns what the law keeps there.
    """
    found: Mapping[type[models.Model], list[models.Field]] = defaultdict(list)
    kept = []
    for trace in traces(asked):
        if trace.ground:
            kept.append(f"{place}, {trace}, {trace.ground}")
        else:
            found[trace.model].append(trace.field)
    for model, rows, ground in _rows_here():
        for text in () if ground else found.get(model, ()):
            changed += rows.filter(_names(asked, text)).update(**{text.name: _renamed(asked, text)})
    if changed:
        audit.record("person.erased", target=asked.person, by=by, at=at, rows=changed)
    return kept


def _renamed(asked: Asked, text: models.Field) -> Any:
    """A text without what names them, within the length of its column."""
    words: Any = Cast(text.name, TextField())
    for pattern, instead in asked.patterns:
        words = Func(words, Value(pattern), Value(instead), Value("gi"), function="regexp_replace")
    if isinstance(text, models.JSONField):
        return Cast(words, models.JSONField())
    return Left(words, text.max_length) if text.max_length else words


def _forget_account(asked: Asked) -> int:
    """Close the account, rename the person, empty the mails that were for them."""
    Invitation.objects.filter(email__iexact=asked.email).delete()
    Entry.objects.filter(done_at=None, payload__email__iexact=asked.email).delete()
    mails = Mail.objects.filter(to_email__iexact=asked.email)
    changed = mails.update(to_name=ERASED, subject="", text="", html="", calendar="")
    if asked.person is None:
        return changed
    pk = asked.person.pk
    keys = UserSession.objects.filter(user_id=pk).values("session_key")
    Session.objects.filter(session_key__in=keys).delete()
    MutedMail.objects.filter(person=pk).delete()
    for user in User.objects.filter(pk=pk):
        user.delete(keep_parents=True)
    return changed + Person.objects.filter(pk=pk).update(
        email=asked.address, first_name="", last_name=f"{ERASED} {pk}", is_active=False
    )
