"""Every mail of the catalogue has its text; every work asked for has somebody to do it."""

import re
import string
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from alize.notifications.catalogue import CATALOGUE
from alize.outbox.handlers import HANDLERS

TEXTS = Path(settings.BASE_DIR) / "templates" / "mails"
WORD = re.compile(r"{{\s*(\w+)")
ENQUEUED = re.compile(r"""enqueue\(\s*["']([\w.]+)["']""")


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_mail_is_written_with_every_word_it_asks_for(code):
    name = f"mails/{code.lower()}.txt"
    asked = set(WORD.findall((TEXTS / f"{code.lower()}.txt").read_text()))
    text = render_to_string(name, {word: f"«{word}»" for word in asked}).strip()
    assert text
    assert "{" not in text


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_the_subject_of_a_mail_says_what_to_do_in_a_few_words(code):
    mail = CATALOGUE[code]
    plain = "".join(part for part, *_ in string.Formatter().parse(mail.subject))
    assert mail.code == code
    assert 0 < len(plain) <= 80
    assert mail.button


def test_a_subject_agrees_with_the_name_of_a_company():
    words = {"company": "Imprimerie des Bauges", "month": "3"}
    subject = CATALOGUE["M16"].subject_with(words)
    assert subject == "Point M+3 d'Imprimerie des Bauges : 5 minutes"


def test_every_text_belongs_to_a_mail():
    assert {path.stem.upper() for path in TEXTS.glob("*.txt")} == set(CATALOGUE)


def test_every_work_asked_for_has_its_handler():
    asked = {
        kind
        for path in Path(settings.BASE_DIR).glob("*/**/*.py")
        if not {"tests", "node_modules", ".venv"} & set(path.parts)
        for kind in ENQUEUED.findall(path.read_text())
    }
    assert asked
    assert asked - set(HANDLERS) == set()


def test_the_lines_of_what_was_typed_stay_apart_and_no_double_sign_opens_one():
    said = {"subject": "À signer : CC-1", "paragraphs": ["Motif : <b>\nparti ; absent"]}
    page = render_to_string("layouts/mail.html", said)
    assert '>À signer\xa0: <span class="nowrap">CC-1</span></h1>' in page
    assert ">Motif\xa0: &lt;b&gt;<br>parti\xa0; absent</p>" in page
