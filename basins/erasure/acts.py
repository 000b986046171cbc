"""Erases somebody, one schema after the other: rows are renamed, never removed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Func, TextField, Value
from django.db.models.functions import Cast, Left

from alize.accounts.models import Person, User
from alize.audit import operations as audit
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied
from alize.notifications.models import Mail, MutedMail
from alize.outbox.models import Entry
from basins import tenancy
from basins.erasure.asked import ERASED, Asked
from basins.erasure.looking import names_them, rows_here, traces
from basins.erasure.reasons import reasons_to_stay, reasons_to_wait
from basins.erasure.rooms import FORGETS
from basins.models import Invitation


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
                changed = sum(room(asked) for room in FORGETS)
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
    for model, rows, ground in rows_here():
        for text in () if ground else found.get(model, ()):
            changed += rows.filter(names_them(asked, text)).update(
                **{text.name: _renamed(asked, text)}
            )
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
