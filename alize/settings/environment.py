"""Reads the settings that come from the environment."""

import os
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

    :raises ImproperlyConfigured: the scheme is none of the three.
    """
    parts = urlsplit(url)
    if parts.scheme not in MAIL_PORTS:
        raise ImproperlyConfigured("EMAIL_URL begins with smtps, smtp+starttls or smtp.")
    return {
        "host": parts.hostname or "",
        "port": parts.port or MAIL_PORTS[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "starttls": parts.scheme == "smtp+starttls",
        "tls": parts.scheme == "smtps",
    }
