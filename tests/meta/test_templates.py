"""What holds for every template."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from alize.common.access import walk

FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
PAGES = [name for name in TEMPLATES if name.endswith((".html", ".svg"))]
MADE_FOR_OTHERS = ("account/", "mfa/", "usersessions/", "bootstrap5/", "socialaccount/", "allauth/")
"""Folders whose templates a library asks for by name."""
ERRORS = {f"{status}.html" for status in (400, 403, 404, 410, 413, 429, 500, 503)}
"""Asked for by Django or by the web server."""

FORBIDDEN = {
    "inline style": re.compile(r"""\sstyle\s*=""", re.IGNORECASE),
    "inline handler": re.compile(r"""\son[a-z]+\s*=\s*["']""", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "inline stylesheet": re.compile(r"<style\b", re.IGNORECASE),
    "unescaped text": re.compile(r"\|\s*safe\b|\bautoescape\s+off\b"),
    "foreign resource": re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//(?!www\.w3\.org)"""),
}
STYLED = {"layouts/mail.html": "mail readers know inline styles only"}
SCRIPT_OF_DATA = re.compile(r"""<script[^>]*type=["']application/json["']""")
ENGLISH = re.compile(
    r"\b(the|and|your|please|submit|delete|cancel|save|sign in|log out|password|loading|search|"
    r"back to|next|previous|welcome|required|edit|settings)\b",
    re.IGNORECASE,
)
NOT_READ = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->|<[^>]+>|&\w+;", re.DOTALL)
COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}", re.DOTALL)
UNSEEN = re.compile(
    r"""<(\w+) class="visually-hidden"[^>]*>.*?</\1>|<(title|code|style)\b.*?</\2>"""
    r"|{% block title %}.*?{% endblock %}",
    re.DOTALL,
)
BROKEN = re.compile(r" [:;!?»](?!\w)|« ")
NAMED_URL = re.compile(r"""{%\s*(?:url|basin_url)\s+['"]([\w-]+)['"]""")
RELATION = re.compile(r"""{%\s*(?:extends|include)\s+['"]([^'"]+)['"]""")


def source(name: str) -> str:
    return (FOLDER / name).read_text()


def python_sources() -> str:
    """All our Python, for the names of templates that views render."""
    rooms = (path for path in Path(settings.BASE_DIR).glob("*/") if (path / "__init__.py").exists())
    return "\n".join(
        path.read_text()
        for room in rooms
        for path in room.rglob("*.py")
        if "migrations" not in path.parts
    )


POSTED = re.compile(r"""<form\b(?=[^>]*method="post")(.*?)</form>""", re.DOTALL)
TYPED = re.compile(r"""\|crispy|\|as_crispy_field|<textarea|<input[^>]*class="form-control""")
SIGNING_IN = ("account/", "accounts/", "mfa/", "usersessions/", "basins/accept_invitation.html")
"""Before a session, or about what opens one: passwords and codes are never kept."""
NOT_KEPT = {
    "committees/agenda_row.html": "a number of minutes in a row, sent by itself",
    "committees/meeting_detail.html": "a choice in a list, which is sent by itself",
    "demo/components.html": "what a form looks like",
    "funds/iban_form.html": "an IBAN",
    "notifications/mail_choices.html": "boxes to tick, kept as they were",
    "seals/verify.html": "a file, which a browser does not give back",
    "signatures/batch.html": "a code that lasts ten minutes",
    "signatures/sign.html": "a code that lasts ten minutes",
}
"""Forms where nothing is kept of what one types (interface.md 2), and why."""


def test_a_form_keeps_what_is_typed_in_it():
    forgetful = {
        name
        for name in PAGES
        if not name.startswith(SIGNING_IN)
        for form in POSTED.findall(COMMENT.sub("", source(name)))
        if TYPED.search(form) and "data-draft" not in form.split("csrf_token")[0]
    }
    empty = {name for name in NOT_KEPT if "block draft %}{%" in source(name)}
    assert forgetful | empty == set(NOT_KEPT)


FIELD = re.compile(
    r"""\|crispy|\|as_crispy_field|{{ *form\b|<textarea|<select|<input(?![^>]*type="hidden")"""
)


def whole(text: str) -> str:
    """A template with all that it includes."""
    return RELATION.sub(lambda found: whole(source(found[1])), COMMENT.sub("", text))


def test_what_is_wrong_in_a_form_is_said_by_us():
    """Without `novalidate`, the browser refuses first, in its own language."""
    silent = [
        name
        for name in PAGES
        for form in POSTED.findall(COMMENT.sub("", source(name)))
        if FIELD.search(whole(form)) and not re.match(r"[^>]*\bnovalidate\b", form)
    ]
    assert silent == []


def test_two_forms_of_a_page_keep_apart_what_is_typed_in_them():
    for name in PAGES:
        drafts = re.findall(r"""data-draft="([^"]*)\"""", source(name))
        assert len(drafts) == len(set(drafts)), name


def test_a_draft_put_back_says_what_it_was_typed_over():
    """What somebody else saved meanwhile is compared with it, never erased."""
    marks = re.compile(r"""<input type="hidden" name="(?:mark|revision)[^>]*>""")
    found = {name: mark for name in PAGES for mark in marks.findall(source(name))}
    assert len(found) == 5
    assert {name for name, mark in found.items() if "data-draft-base" not in mark} == set()


@pytest.mark.parametrize("name", PAGES)
def test_a_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_needs_nothing_that_the_policy_forbids(name):
    text = COMMENT.sub("", source(name))
    text = SCRIPT_OF_DATA.sub("", text)
    found = {what for what, pattern in FORBIDDEN.items() if pattern.search(text)}
    allowed = {"inline style", "inline stylesheet"} if name in STYLED else set()
    assert found <= allowed


@pytest.mark.parametrize("name", PAGES)
def test_the_words_of_a_page_are_french(name):
    words = NOT_READ.sub(" ", COMMENT.sub("", source(name)))
    assert ENGLISH.findall(words) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_double_sign_written_in_a_template_stays_with_its_word(name):
    """What a component is given is kept together by the component (`unbroken`)."""
    seen = UNSEEN.sub("", COMMENT.sub("", source(name)))
    words = re.sub(
        r"{[%#].*?[%#]}|{{.*?}}|<[^>]+>", lambda tag: "" if tag[0][0] == "<" else "x", seen
    )
    assert BROKEN.findall(words) == []


def test_a_page_that_says_that_something_is_being_made_follows_it():
    shown = "demo/components.html"
    says = {name for name in PAGES if '"components/making.html"' in source(name)} - {shown}
    assert len(says) > 1
    assert {name for name in says if "js/progress.js" not in source(name)} == set()


def test_every_address_named_in_a_template_exists():
    known = {entry.name for _, entry in walk()}
    named = {(name, url) for name in TEMPLATES for url in NAMED_URL.findall(source(name))}
    assert {(name, url) for name, url in named if url not in known} == set()


def test_every_template_is_used():
    code = python_sources()
    related = {used for name in TEMPLATES for used in RELATION.findall(source(name))}
    unused = [
        name
        for name in TEMPLATES
        if not name.startswith((*MADE_FOR_OTHERS, "mails/"))
        and name not in ERRORS | {"403_csrf.html"}
        and name not in related
        and f'"{name}"' not in code
    ]
    assert unused == []
