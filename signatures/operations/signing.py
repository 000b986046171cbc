"""A signer signs online: a code sent to their address, their consent, their name typed."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import long_datetime
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.words import listed
from alize.notifications.operations import Recipient, send_mail
from basins import links
from basins.models import SingleUseLink
from signatures import permissions, rules
from signatures.enums import EventKind, SignatureWay, SignerStatus
from signatures.models import CircuitSigner, SigningCode
from signatures.operations.base import (
    NOWHERE,
    Trace,
    check_fresh,
    hold_all,
    locked_signer,
    mail_link,
    move,
    note,
    take_renewed,
    undelivered,
)
from signatures.operations.launching import go_on
from signatures.queries.reading import to_read


@dataclass(frozen=True)
class Signature:
    """What the signer typed and ticked."""

    code: str
    typed_name: str
    function: str
    consents: bool


@transaction.atomic
def send_code(*, signer_id: int, path: str, at: datetime, trace: Trace) -> SigningCode:
    """Send six digits to the signer's address, valid ten minutes (M36).

    `path` is the page where they are typed. Asked twice within seconds, one code leaves.

    :raises ActionDenied: they do not sign now, or codes have just been sent.
    :raises InvalidInput: they have not opened the document, nor those sealed with it.
    """
    signer = locked_signer(signer_id)
    permissions.sign(signer, on=timezone.localdate(at))
    documents = to_read([signer])[signer.pk]
    unread = [document.reference for document in documents if not document.is_opened]
    if unread:
        what = "le document" if len(documents) == 1 else listed(unread)
        raise InvalidInput(f"Ouvrez d'abord {what}, avant de signer.")
    recent = signer.codes.filter(sent_at__gt=at - timedelta(hours=1))
    last = recent.filter(sent_at__gt=at - rules.CODE_PAUSE).first()
    if last is not None and last.used_at is None and last.tries < rules.CODE_TRIES:
        return last
    if last is not None:
        raise ActionDenied("Un code vient de vous être envoyé : attendez quelques instants.")
    if recent.count() >= rules.CODES_AN_HOUR:
        raise ActionDenied("Trop de codes ont été demandés : recommencez dans une heure.")
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    sent = SigningCode.objects.create(
        signer=signer,
        digest=_digest(code, signer, at),
        sent_at=at,
        expires_at=at + rules.CODE_VALID,
    )
    send_mail(
        "M36",
        to=Recipient(signer.email, signer.name),
        path=path,
        key=f"{sent.pk}",
        if_refused=undelivered(signer),
        reference=signer.circuit.document.reference,
        digits=f"{code[:3]} {code[3:]}",
        minutes=rules.CODE_VALID.seconds // 60,
    )
    note(
        EventKind.CODE_SENT,
        signer.circuit,
        signer=signer,
        at=at,
        trace=trace,
        to=rules.masked(signer.email),
    )
    return sent


def _digest(code: str, signer: CircuitSigner, sent_at: datetime) -> str:
    return rules.code_digest(code, secret=settings.SECRET_KEY, signer=signer.pk, sent_at=sent_at)


def try_code(*, signer_id: int, code: str, at: datetime, trace: Trace) -> SigningCode:
    """Check the digits; a wrong try counts, five times, even though nothing is signed.

    :raises ActionDenied: the signer does not sign now.
    :raises InvalidInput: the digits are wrong, too old, or were tried five times.
    """
    with transaction.atomic():
        signer = locked_signer(signer_id)
        permissions.sign(signer, on=timezone.localdate(at))
        sent = signer.codes.filter(used_at=None).first()
        reason = _wrong(sent, signer, code, at=at)
        if sent is not None and reason:
            usable = SigningCode.objects.filter(pk=sent.pk, tries__lt=rules.CODE_TRIES)
            if usable.update(tries=F("tries") + 1):
                note(EventKind.CODE_REFUSED, signer.circuit, signer=signer, at=at, trace=trace)
    if sent is None or reason:
        raise InvalidInput(reason, field="code")
    return sent


def _wrong(sent: SigningCode | None, signer: CircuitSigner, code: str, *, at: datetime) -> str:
    """Why these digits do not serve; nothing when they do."""
    if sent is None:
        return "Demandez d'abord un code."
    if sent.expires_at <= at:
        return "Ce code a plus de dix minutes : demandez-en un nouveau."
    if sent.tries >= rules.CODE_TRIES:
        return "Ce code a été essayé cinq fois : demandez-en un nouveau."
    digits = "".join(character for character in code if character.isdigit())
    if constant_time_compare(_digest(digits, signer, sent.sent_at), sent.digest):
        return ""
    left = rules.CODE_TRIES - sent.tries - 1
    if not left:
        return "Ce code n'est pas le bon : demandez-en un nouveau."
    return f"Ce code n'est pas le bon : il reste {left} essai{'s' if left > 1 else ''}."


def sign(
    *, signer_id: int, signature: Signature, link: SingleUseLink, at: datetime, trace: Trace
) -> CircuitSigner:
    """Sign online, once; the link of the mail is spent with it.

    :raises ActionDenied: it was signed, ended or paused meanwhile, or the link only shows it.
    :raises InvalidInput: no consent, another name than the signer's, or a code that does not serve.
    """
    _check_words(CircuitSigner.objects.get(pk=signer_id), signature)
    # A transaction of its own: a wrong code is counted although nothing else is kept.
    sent = try_code(signer_id=signer_id, code=signature.code, at=at, trace=trace)
    with transaction.atomic():
        signer = locked_signer(signer_id)
        permissions.sign(signer, on=timezone.localdate(at))
        used = SigningCode.objects.filter(pk=sent.pk, used_at=None).update(used_at=at)
        if not used:
            raise ActionDenied("Ce code a déjà servi : demandez-en un nouveau.")
        note(
            EventKind.CODE_ACCEPTED,
            signer.circuit,
            signer=signer,
            at=at,
            trace=trace,
            tries=sent.tries + 1,
            link=link.pk,
        )
        check_fresh(link, at=at)
        links.use(link, at=at)
        take_renewed(signer, on=timezone.localdate(at), at=at)
        _write(signer, signature, SignatureWay.ONLINE, at=at, trace=trace)
    return signer


@transaction.atomic
def sign_signed_in(
    *, signer_id: int, signature: Signature, by: Person, at: datetime, trace: Trace = NOWHERE
) -> CircuitSigner:
    """Sign from one's own account, a second factor having just been shown.

    :raises ActionDenied: it is not this person who signs, or not now.
    :raises InvalidInput: no consent, or another name than the signer's.
    """
    signer = locked_signer(signer_id)
    if not signer.email or signer.email.lower() != by.email.lower():
        raise ActionDenied("Ce document attend la signature d'une autre personne.")
    permissions.sign(signer, on=timezone.localdate(at))
    _check_words(signer, signature)
    take_renewed(signer, on=timezone.localdate(at), at=at)
    signer.account_id = by.pk
    _write(signer, signature, SignatureWay.ACCOUNT, at=at, trace=trace)
    return signer


@transaction.atomic
def sign_batch(
    *,
    signer_ids: Collection[int],
    typed_name: str,
    consents: bool,
    by: Person,
    at: datetime,
    trace: Trace = NOWHERE,
) -> list[CircuitSigner]:
    """Sign several documents at once from one's own account, all of them or none (C8).

    :raises ActionDenied: one of them is not theirs to sign, or not now.
    :raises InvalidInput: one was not opened, no consent, or another name than the signer's.
    """
    known = CircuitSigner.objects.filter(pk__in=signer_ids).select_related("circuit")
    signers = list(known.order_by("circuit_id", "pk"))
    unread = [
        document.reference
        for documents in to_read(signers).values()
        for document in documents
        if not document.is_opened
    ]
    if unread:
        names = listed(list(dict.fromkeys(unread)))
        raise InvalidInput(f"Ouvrez d'abord {names}.", field="signers")
    words = Signature(code="", typed_name=typed_name, function="", consents=consents)
    hold_all(signers)
    return [
        sign_signed_in(signer_id=signer.pk, signature=words, by=by, at=at, trace=trace)
        for signer in signers
    ]


def _check_words(signer: CircuitSigner, signature: Signature) -> None:
    if not signature.consents:
        raise InvalidInput("Cochez la case pour accepter de signer.", field="consents")
    if not rules.same_name(signature.typed_name, signer.name):
        raise InvalidInput(
            f"Tapez votre prénom et votre nom tels qu'ils sont dans le document : {signer.name}.",
            field="typed_name",
        )


def _write(
    signer: CircuitSigner, signature: Signature, way: SignatureWay, *, at: datetime, trace: Trace
) -> None:
    circuit = signer.circuit
    if signer.invited_at is not None and at < signer.invited_at:
        raise ActionDenied(rules.BEFORE_INVITATION)
    note(
        EventKind.CONSENTED,
        circuit,
        signer=signer,
        at=at,
        trace=trace,
        text=rules.CONSENT,
    )
    move(signer, SignerStatus.SIGNED)
    signer.way, signer.consent = way, rules.CONSENT
    signer.signed_at, signer.signed_on = at, timezone.localdate(at)
    signer.typed_name = signature.typed_name.strip()
    signer.function = signature.function.strip() or signer.function
    signer.save()
    signed = note(
        EventKind.SIGNED,
        circuit,
        signer=signer,
        at=at,
        trace=trace,
        way=way,
        name=signer.typed_name,
        function=signer.function,
        document=circuit.document.sha256,
        account=signer.account_id or 0,
    )
    audit.record(
        "circuit.signed", target=circuit, at=at, signer=signer.pk, way=way, event=signed.digest
    )
    words = {"when": long_datetime(at)}
    mail_link("M37", signer, key="receipt", at=at, valid=rules.RESULT_VALID, words=words)
    go_on(circuit, at=at)
