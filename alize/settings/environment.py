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
    """The Django settings of `postgresql://user:password@host:port/name?host=/socket/folder`."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
    }


def mail(url: str) -> dict:
    """The SMTP settings of `smtp://user:password@host:port` (`smtps` for TLS)."""
    parts = urlsplit(url)
    return {
        "host": parts.hostname or "",
        "port": parts.port or 587,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": parts.scheme == "smtps",
    }
