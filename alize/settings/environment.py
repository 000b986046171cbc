"""Reads the settings that come from the environment."""

import base64
import binascii
import os
import re
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def required(name: str) -> str:
    """The value of a variable that has no sensible default.

    :raises ImproperlyConfigured: it is missing or empty.
    """
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"The environment variable {name} is required.")
    return value


DEMO_SECRET = "demo-only-not-a-secret"
DEMO_ENCRYPTION_KEY = "ZGVtbyBvbmx5LCB0aGlzIGlzIG5vdCBhIHNlY3JldCE="
ENCRYPTION_KEY_BYTES = 32


def secret(name: str, *, at_least: int) -> str:
    """A secret of some length, which is not one that this repository shows to everybody.

    :raises ImproperlyConfigured: it is missing, too short, or that of the demo.
    """
    return _protecting(name, required(name), at_least)


def former_secrets(name: str, *, at_least: int) -> list[str]:
    """The secrets, separated by commas, that still open what they signed; there may be none.

    :raises ImproperlyConfigured: one is too short, or that of the demo.
    """
    return [_protecting(name, value, at_least) for value in words(name)]


def _protecting(name: str, value: str, at_least: int) -> str:
    if DEMO_SECRET in value or value == DEMO_ENCRYPTION_KEY:
        raise ImproperlyConfigured(f"{name} is the value of the demo, which everybody can read.")
    if len(value) < at_least:
        raise ImproperlyConfigured(f"{name} is too short: {at_least} characters at least.")
    return value


def encryption_key(name: str) -> str:
    """A secret of thirty-two bytes written in base 64.

    :raises ImproperlyConfigured: it is something else, or that of the demo.
    """
    return _encryption_key(name, required(name))


def former_encryption_keys(name: str) -> list[str]:
    """The keys, separated by commas, that still open what they encrypted; there may be none.

    :raises ImproperlyConfigured: one is something else, or that of the demo.
    """
    return [_encryption_key(name, value) for value in words(name)]


def _encryption_key(name: str, value: str) -> str:
    _protecting(name, value, ENCRYPTION_KEY_BYTES)
    try:
        key = base64.urlsafe_b64decode(value)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != ENCRYPTION_KEY_BYTES:
        raise ImproperlyConfigured(
            f"{name} is not a key of 32 bytes in base 64: make one with openssl rand -base64 32."
        )
    return value


def https_address(name: str) -> str:
    """The address of the site, without anything after its host.

    :raises ImproperlyConfigured: it is not https, or holds more than that.
    """
    value = required(name).rstrip("/")
    parts = urlsplit(value)
    if not parts.hostname or value != f"https://{parts.netloc}" or "@" in parts.netloc:
        raise ImproperlyConfigured(f"{name} is the public address, such as https://example.fr.")
    return value


def host_names(name: str) -> list[str]:
    """The names a site is reached by, separated by commas.

    :raises ImproperlyConfigured: there is none, or any name would do.
    """
    required(name)
    names = words(name)
    if not names or any(set(host) <= set("*.") for host in names):
        raise ImproperlyConfigured(f"{name} lists the names of the site, never every name.")
    return names


MAILBOX = re.compile(r"[^@\s<>]+@[^@\s<>]+")


def mailboxes(name: str) -> list[str]:
    """The addresses of mail, separated by commas, of which there is one at least.

    :raises ImproperlyConfigured: there is none, or one is no address.
    """
    required(name)
    found = words(name)
    if not found or not all(map(MAILBOX.fullmatch, found)):
        raise ImproperlyConfigured(f"{name} lists mailboxes, such as registres@example.fr.")
    return found


def sender(name: str) -> str:
    """The mailbox that mails come from, with a name before it or not.

    :raises ImproperlyConfigured: it is missing, or no address.
    """
    value = required(name)
    if not MAILBOX.fullmatch(parseaddr(value)[1]):
        raise ImproperlyConfigured(f"{name} is a mailbox, such as ALIZE <alize@example.fr>.")
    return value


def server(name: str, *schemes: str) -> str:
    """The address of a server.

    :raises ImproperlyConfigured: it begins with none of the schemes, or names nothing.
    """
    value = required(name)
    parts = urlsplit(value)
    if parts.scheme not in schemes or not (parts.netloc or parts.path.strip("/")):
        expected = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ImproperlyConfigured(f"{name} is the address of a server, beginning with {expected}.")
    return value


def optional(name: str, default: str = "") -> str:
    """The value of a variable, or its default."""
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """Whether a variable is set to 1, true, yes or on."""
    value = os.environ.get(name)
    return default if value is None else value.lower() in {"1", "true", "yes", "on"}


def words(name: str) -> list[str]:
    """The comma-separated values of a variable."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def database(url: str) -> dict:
    """The Django settings of `postgresql://user:password@host:port/name?host=/socket/folder`.

    Whatever else the query says, such as `sslmode`, is told to the server's client as it is.
    """
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
    }


MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def mail(url: str) -> dict:
    """The SMTP settings of `smtps://user:password@host:port`, which is TLS from the first byte.

    `smtp+starttls` turns to TLS once connected, `smtp` never does.

    :raises ImproperlyConfigured: the scheme is none of the three, or no server is named.
    """
    parts = urlsplit(url)
    if parts.scheme not in MAIL_PORTS:
        raise ImproperlyConfigured("EMAIL_URL begins with smtps, smtp+starttls or smtp.")
    if not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL names no server, as smtps://mail.example.fr does.")
    return {
        "host": parts.hostname,
        "port": parts.port or MAIL_PORTS[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "starttls": parts.scheme == "smtp+starttls",
        "tls": parts.scheme == "smtps",
    }
