"""What is read at once, a sign with its word, a date, a reference, stays on one line."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.utils.safestring import SafeString


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Rubrique « Projet » enregistrée", "Rubrique «\u00a0Projet\u00a0» enregistrée"),
        ("Diagnostic : à rendre ; quand ?", "Diagnostic\u00a0: à rendre\u00a0; quand\u00a0?"),
        ("Repère : 60 % des moyens", "Repère\u00a0: 60\u00a0% des moyens"),
        (Message(constants.SUCCESS, "Voici : <b>"), "Voici\u00a0: &lt;b&gt;"),
        (SafeString("<a title='x : y'>x !</a>"), "<a title='x : y'>x\u00a0!</a>"),
        ("Séance du 12 mars 2027 & après", "Séance du 12\u00a0mars 2027 &amp; après"),
        (
            "Décision 2026-SAV-014-D1, séance S-2026-014",
            "Décision {}2026-SAV-014-D1{}, séance {}S-2026-014{}",
        ),
        ("Au 04 65 71 10 73 : appelez", "Au {}04 65 71 10 73{}\u00a0: appelez"),
        ("Aix-les-Bains, AIX-LES-BAINS, M-3 h", "Aix-les-Bains, AIX-LES-BAINS, {}M-3{} h"),
    ],
)
def test_what_is_read_at_once_stays_on_one_line(sentence, shown):
    template = engines["django"].from_string("{{ sentence|unbroken }}")
    whole = shown.format(*['<span class="nowrap">', "</span>"] * 2)
    assert template.render({"sentence": sentence}) == whole


def test_a_day_stays_with_its_month():
    template = engines["django"].from_string("{{ at|long_date }}, {{ at|long_datetime }}")
    at = datetime(2027, 3, 1, 13, tzinfo=UTC)
    shown = template.render({"at": at})
    assert shown == "lundi 1er\u00a0mars 2027, lundi 1er\u00a0mars 2027 à 14\u00a0h"
