"""Writes each mail, keeps it, hands it to the mail server."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from alize.common.screen import Link
from alize.notifications.catalogue import CATALOGUE
from alize.notifications.models import Mail
from alize.outbox.handlers import handler


@handler("notifications.send", national=True)
def deliver(
    *,
    at: datetime,
    schema: str,
    code: str,
    email: str,
    name: str,
    path: str,
    sender: str,
    words: dict[str, str],
) -> None:
    """Write a mail, keep it, hand it to the mail server."""
    kind = CATALOGUE[code]
    subject = kind.subject.format_map(words)
    url = f"{settings.PUBLIC_URL}{path}"
    body = render_to_string(f"mails/{code.lower()}.txt", {**words, "basin": sender}).strip()
    context = {
        "subject": subject,
        "sender": f"ALIZE {sender}".strip(),
        "greeting": f"Bonjour {name}," if name else "Bonjour,",
        "paragraphs": body.split("\n\n"),
        "action": Link(kind.button, url),
    }
    mail = Mail.objects.create(
        code=code,
        schema=schema,
        sender=context["sender"],
        to_email=email,
        to_name=name,
        subject=subject,
        text=render_to_string("layouts/mail.txt", context),
        html=render_to_string("layouts/mail.html", context),
        created_at=at,
        sent_at=at,
    )
    _hand_over(mail)


def _hand_over(mail: Mail) -> None:
    address = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=f'"{mail.sender}" <{address}>',
        to=[mail.to_email],
        headers={"Message-ID": f"<{mail.pk}.{mail.code.lower()}@{address.rpartition('@')[2]}>"},
    )
    message.attach_alternative(mail.html, "text/html")
    message.send()
