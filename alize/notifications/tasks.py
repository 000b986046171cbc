"""Writes each mail, keeps it, hands it to the mail server."""

import logging
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import unescape
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import Truncator

from alize.accounts import links
from alize.accounts.models import User
from alize.common.screen import Link
from alize.notifications.catalogue import CATALOGUE
from alize.notifications.models import Mail
from alize.notifications.operations import mark_of
from alize.notifications.queries import is_muted
from alize.outbox.handlers import handler
from alize.outbox.operations import enqueue

logger = logging.getLogger("alize.notifications")
CALENDAR_METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)
FOR_GOOD = 500
"""From this answer on, a mail server would refuse again (RFC 5321, 4.2.1)."""


@handler("notifications.send", national=True)
def deliver(
    *,
    at: datetime,
    schema: str,
    mark: str,
    code: str,
    email: str,
    name: str,
    path: str,
    sender: str,
    words: dict[str, str],
    others: Iterable[tuple[str, str]] = (),
    calendar: str = "",
    if_refused: Mapping[str, Any] | None = None,
) -> None:
    """Write a mail, keep it, hand it to the mail server.

    An address that its server refuses for good is written to once; who asked for it is told.
    Somebody who does without this mail is not written to.
    """
    kind = CATALOGUE[code]
    if is_muted(kind, email):
        return
    context = {
        "subject": _one_line(kind.subject_with(words)),
        "sender": f"ALIZE {sender}".strip(),
        "greeting": f"Bonjour {name}," if name else "Bonjour,",
        "paragraphs": _paragraphs(code, {**words, "basin": sender}),
        "action": Link(kind.button, f"{settings.PUBLIC_URL}{path}"),
        "others": [Link(label, f"{settings.PUBLIC_URL}{to}") for label, to in others],
        "footer": _way_out() if kind.mutable else "",
    }
    mail = Mail.objects.create(
        code=code,
        schema=schema,
        sender=context["sender"],
        to_email=email,
        to_name=name,
        subject=context["subject"],
        text=render_to_string("layouts/mail.txt", context),
        html=render_to_string("layouts/mail.html", context),
        calendar=calendar,
        created_at=at,
        sent_at=at,
    )
    try:
        _hand_over(mail, mark)
    except SMTPRecipientsRefused as refused:
        mail.refusal = _refused_for_good(refused)
        if not mail.refusal:
            raise
        _note_refusal(mail, if_refused)
    if kind.opens and not settings.DEMO:
        # The database never holds what opens a page.
        Mail.objects.filter(pk=mail.pk).update(text="", html="")


@handler("notifications.sign_in_link", national=True)
def send_sign_in_link(*, at: datetime, schema: str, email: str, next_path: str) -> None:
    """Send a sign-in link to whoever has an account at an address; nobody is told otherwise."""
    issued = links.issue(email=email, next_path=next_path, at=at)
    if issued is None:
        return
    deliver(
        at=at,
        schema=schema,
        mark=mark_of(issued.token),  # tried again, it brings another link: it is another mail
        code="M30",
        email=issued.user.email,
        name=issued.user.full_name,
        path=reverse("sign_in_link", kwargs={"token": issued.token}),
        sender="",
        words={
            "minutes": str(links.VALID.seconds // 60),
            "digits": f"{issued.code[:3]} {issued.code[3:]}",
        },
    )


@handler("notifications.wrong_passwords", national=True)
def warn_of_wrong_passwords(*, at: datetime, schema: str, mark: str, email: str) -> None:
    """Tell whoever has an account at an address that wrong passwords were tried on it (S15)."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        return
    deliver(
        at=at,
        schema=schema,
        mark=mark,
        code="M91",
        email=user.email,
        name=user.full_name,
        path=reverse("account_home"),
        sender="",
        words={},
    )


def _paragraphs(code: str, words: Mapping[str, str]) -> list[str]:
    """What a mail says, as plain text: the layout in HTML escapes what people wrote, once."""
    return unescape(render_to_string(f"mails/{code.lower()}.txt", words)).strip().split("\n\n")


def _way_out() -> str:
    return f"Ne plus recevoir ce courrier : {settings.PUBLIC_URL}{reverse('mail_choices')}"


def _one_line(subject: str) -> str:
    """A subject that holds what somebody typed: one line, no longer than what is kept."""
    longest = Mail._meta.get_field("subject").max_length
    return Truncator(" ".join(subject.splitlines())).chars(longest)


def _refused_for_good(refused: SMTPRecipientsRefused) -> str:
    """What the server said of an address that it will never take; nothing when it may later."""
    ((answer, words),) = refused.recipients.values()
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{answer} {said}"[:300] if answer >= FOR_GOOD else ""


def _note_refusal(mail: Mail, told: Mapping[str, Any] | None) -> None:
    """It has not left; `told`: the work that says so to whoever asked for it."""
    mail.sent_at = None
    mail.save(update_fields=["sent_at", "refusal"])
    logger.warning("notifications.refused", extra={"mail": mail.pk, "code": mail.code})
    if told:
        work, payload = told["kind"], told["payload"]
        enqueue(work, key=f"{mail.pk}", schema=mail.schema, refusal=mail.refusal, **payload)


def _hand_over(mail: Mail, mark: str) -> None:
    """The server may have taken a copy before ours was kept: both say the same Message-ID."""
    address = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=f'"{mail.sender}" <{address}>',
        to=[mail.to_email],
        headers={"Message-ID": f"<{mark}.{mail.code.lower()}@{address.rpartition('@')[2]}>"},
    )
    message.attach_alternative(mail.html, "text/html")
    method = CALENDAR_METHOD.search(mail.calendar)
    if method is not None:
        message.attach("invitation.ics", mail.calendar, f"text/calendar; method={method[1]}")
    message.send()
