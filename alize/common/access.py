"""The permission registry: a view without a declared rule stops the start (security.md D7).

A rule says who may reach a view at all; what one may do there with one object is the business of
the app's `permissions.py`. Rules that name an act of the role matrix are judged by
`basins.middleware`; the others need no basin.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver


class Audience(StrEnum):
    """Who a view is for."""

    PUBLIC = "PUBLIC"
    """Anyone, signed in or not."""
    SIGNED_IN = "SIGNED_IN"
    """Anyone with an account."""
    MATRIX = "MATRIX"
    """Whoever holds a role that the matrix allows this act."""
    TOKEN = "TOKEN"
    """The holder of a single-use link for this purpose."""


@dataclass(frozen=True)
class Rule:
    """The declared rule of one view; `act` is a line of the matrix or a link's purpose."""

    audience: Audience
    act: str = ""
    in_public: bool = False
    """True for a page of a basin that works on what `public` holds: people and roles."""
    even_spent: bool = False
    """True for a page that a single-use link opens even once used or expired."""
    fresh: bool = False
    """True for an act that asks a second factor shown in the last five minutes (S18)."""


View = Callable[..., Any]
ANY_PURPOSE = "*"
"""What asks for a new link is open to any link: it sends nothing but to its own address."""
THIRD_PARTY_RULES: dict[str, Rule] = {}
"""Rules of views that are not ours, by URL name; filled by `alize.accounts.access`."""


def _declare(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]  # a mark on a function
        return view

    return mark


public = _declare(Rule(Audience.PUBLIC))
signed_in = _declare(Rule(Audience.SIGNED_IN))


def access(act: str, *, in_public: bool = False, fresh: bool = False) -> Callable[[View], View]:
    """Declare that a view is for the roles the matrix allows `act`, such as `project.read`."""
    return _declare(Rule(Audience.MATRIX, act, in_public, fresh=fresh))


def token(purpose: str, *, even_spent: bool = False) -> Callable[[View], View]:
    """Declare that a view is for holders of a single-use link made for `purpose`."""
    return _declare(Rule(Audience.TOKEN, purpose, even_spent=even_spent))


def rule_of(view: View, url_name: str | None = None) -> Rule | None:
    """The rule a view declares, or the one declared for it by name when it is not ours."""
    rule = getattr(view, "access_rule", None)
    return rule or THIRD_PARTY_RULES.get(url_name or "")


def walk(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern of the site with its whole path."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry, path)
        else:
            yield path, entry


def check_every_view_is_declared() -> None:
    """Refuse to start when a view has no rule.

    :raises ImproperlyConfigured: naming the paths.
    """
    missing = [path for path, entry in walk() if rule_of(entry.callback, entry.name) is None]
    if missing:
        raise ImproperlyConfigured("No access rule declared for: " + ", ".join(missing))
