"""Each component renders, says what it must, and leaves no variable undefined."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test.signals import template_rendered

from alize.common.screen import (
    VOTE_CHOICES,
    Action,
    Badge,
    Confirmation,
    Definition,
    Link,
    ObjectHeader,
    Progress,
    Todo,
)
from alize.common.templatetags.ui import icon
from alize.demo.showcase import showcase_context
from tests.interface.conftest import text

TEMPLATES = settings.BASE_DIR / "templates"
# They stand on every page of the site, within a sentence, or only where a script or a form asks.
ELSEWHERE = {
    "components/app_header.html",
    "components/bottom_nav.html",
    "components/page_header.html",
    "components/session_end.html",
    "components/undo.html",
    "components/htmx.html",
    "components/late_form.html",
    "components/contact.html",
}


def render(component, **context):
    return render_to_string(f"components/{component}.html", context)


def test_the_living_page_shows_every_component(request_):
    seen = set()

    def note(template, **_):
        seen.add(template.name)

    template_rendered.connect(note)
    page = render_to_string("demo/components.html", showcase_context(), request_)
    template_rendered.disconnect(note)
    files = {str(path.relative_to(TEMPLATES)) for path in (TEMPLATES / "components").glob("*.html")}
    drawings = {str(path.relative_to(TEMPLATES)) for path in (TEMPLATES / "charts").glob("*")}
    assert (files | drawings) - seen - ELSEWHERE == set()
    assert "style=" not in page
    assert "<script>" not in page
    assert page.count("<h1") == 1


def test_an_undefined_variable_is_caught():
    with pytest.raises(AssertionError, match=r"badge\.tone"):
        render("badge")


@pytest.mark.parametrize("tone", ["neutral", "info", "done", "attention", "late", "quiet"])
def test_a_badge_has_an_icon_a_word_and_a_colour(tone):
    html = render("badge", badge=Badge("En retard", tone))
    assert "<svg" in html
    assert text(html) == "En retard"
    assert f"status-{tone}" in html


def test_a_header_with_only_a_name_asks_nothing():
    html = render("object_header", header=ObjectHeader("Bois d'Arc", Badge("Contact")))
    assert text(html) == "Bois d'Arc Contact"


def test_an_action_with_something_remaining_is_disabled_beside_its_list(request_):
    action = Action("Verser", "/verser/", remaining=(Link("Lever la condition", "/condition/"),))
    header = ObjectHeader("Avance", Badge("Accordée"), action=action)
    html = render("object_header", header=header, request=request_)
    assert "Actions restantes Lever la condition" in text(html)
    assert "disabled" in html
    assert "/verser/" not in html
    assert 'href="/condition/"' in html


def test_an_action_that_changes_something_is_a_form(request_):
    html = render_to_string(
        "components/action.html", {"action": Action("Clore", "/clore/", post=True)}, request_
    )
    assert '<form method="post" action="/clore/">' in html
    assert "csrfmiddlewaretoken" in html


def test_nothing_to_do_says_so():
    assert "Rien à faire pour l'instant" in text(render("task_list", todo=(), waiting=()))


def test_a_task_names_its_subject_on_its_button():
    html = render("task_list", todo=(Todo("Relire le procès-verbal", "/pv/", "Relire"),))
    assert "Relire : Relire le procès-verbal" in text(html)


def test_a_definition_without_value_is_said_to_be_unknown():
    html = render("definition_list", items=(Definition("Conseil"),))
    assert text(html) == "Conseil Non renseigné"


def test_a_confirmation_restates_the_effects_and_who_is_told(request_):
    confirmation = Confirmation("Clore", effects=("Le dossier est agréé.",), told=("Anne Blanc",))
    html = render_to_string(
        "components/confirmation.html", {"confirmation": confirmation}, request_
    )
    assert (
        "Ce qui va se passer Le dossier est agréé. Qui sera prévenu Anne Blanc "
        "Cette action ne pourra pas être annulée. Confirmer" in text(html)
    )


def test_a_progress_is_complete_only_at_the_end():
    assert Progress(199, 200).percent == 99
    assert Progress(200, 200).percent == 100
    assert Progress(0, 0).percent == 0


def test_votes_are_radio_buttons_with_a_legend():
    html = render("vote_choices", choices=VOTE_CHOICES, name="vote", legend="Votre vote")
    assert html.count('type="radio"') == 3
    assert text(html) == "Votre vote Pour Contre Abstention"


def test_a_message_may_be_undone(request_):
    messages = [
        Message(constants.SUCCESS, "Classé.", extra_tags="undo:/dossiers/1/rouvrir/"),
        Message(constants.ERROR, "Scrutin clos."),
        # An address of another site is not one of ours: no button.
        Message(constants.SUCCESS, "Fait.", extra_tags="undo:https://ailleurs.example/"),
    ]
    html = render_to_string("components/messages.html", {"messages": messages}, request_)
    assert html.count("Annuler") == 1
    assert 'action="/dossiers/1/rouvrir/"' in html
    assert 'role="alert"' in html


class Amount(forms.CharField):
    unit = "€"


class SmallForm(forms.Form):
    amount = Amount(label="Montant", help_text="Sans les centimes.")
    need = forms.ChoiceField(
        label="Besoin", choices=[("A", "Avance")], widget=forms.RadioSelect, required=True
    )
    note = forms.CharField(label="Note", required=False)


def crispy(form):
    from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form

    return as_crispy_form(form)


def test_a_field_reads_label_help_field_error():
    html = crispy(SmallForm({"need": "A"}))
    order = ["Montant", "Sans les centimes.", 'name="amount"', "€", 'id="id_amount_error"']
    places = [html.rindex(piece) for piece in order]
    assert places == sorted(places)
    assert 'aria-describedby="id_amount_helptext id_amount_error id_amount_unit"' in html
    assert 'id="id_amount_unit"' in html
    assert 'aria-invalid="true"' in html


def test_a_file_that_a_page_could_not_keep_is_asked_for_again_by_its_name():
    class Joined(SmallForm):
        scan = forms.FileField(label="Exemplaire")

    again = "Choisissez à nouveau le fichier « bail.pdf »"
    sent = {"scan": SimpleUploadedFile("bail.pdf", b"%PDF")}
    assert again in text(crispy(Joined({}, sent)))
    empty = {"scan": SimpleUploadedFile("bail.pdf", b"")}
    assert "Choisissez à nouveau" not in text(crispy(Joined({}, empty)))
    right = {"amount": "12", "need": "A"}
    assert "Choisissez à nouveau" not in text(crispy(Joined(right, sent)))
    assert "Choisissez à nouveau" not in text(crispy(Joined()))


def test_errors_stand_in_a_summary_with_links():
    html = crispy(SmallForm({}))
    assert "2 points à corriger" in text(html)
    assert 'href="#id_amount"' in html
    assert 'href="#id_need_0"' in html
    assert 'id="id_need_0"' in html


@pytest.mark.parametrize("summary", ["components/error_summary.html", "bootstrap5/errors.html"])
def test_a_label_that_asks_keeps_its_own_sign_before_its_error(summary):
    class Ask(forms.Form):
        amount = forms.CharField(label="Montant")
        why = forms.CharField(label="Pourquoi ALIZE ?")

    html = text(render_to_string(summary, {"form": Ask({})}))
    assert "Montant : Ce champ est obligatoire." in html
    assert "Pourquoi ALIZE ? Ce champ est obligatoire." in html


def test_the_fields_that_may_be_left_empty_say_so():
    assert text(crispy(SmallForm())).count("(facultatif)") == 1


def test_a_phone_has_four_entries_and_the_others_behind_more():
    items = [
        {"label": f"Page {n}", "url": f"/{n}/", "icon": "house", "active": n == 0} for n in range(6)
    ]
    html = render("bottom_nav", nav_items=items)
    assert text(html) == "Page 0 Page 1 Page 2 Page 3 Plus Page 4 Page 5"
    assert html.count('aria-current="page"') == 1


@pytest.mark.parametrize(
    ("above", "lit"),
    [
        (["/b/", "/b/conventions/C-1/"], "Conventions"),
        (["/b/"], "Accueil"),
        (["/elsewhere/"], None),
        ([], None),
    ],
)
def test_a_page_lights_what_it_stands_under(above, lit):
    """A signature stands under its convention, whose address it does not share."""
    items = [
        {"label": label, "url": url, "icon": "house", "active": False}
        for label, url in (("Accueil", "/b/"), ("Conventions", "/b/conventions/"))
    ]
    trail = [*(Link("Au-dessus", url) for url in above), Link("Ici", "")]
    for name in ("app_header", "bottom_nav"):
        html = render(
            name,
            nav_items=items,
            breadcrumb=trail,
            user=SimpleNamespace(is_authenticated=False),
            demo=False,
            basin=None,
            copy=None,
        )
        found = re.findall(r'aria-current="page">(?:<svg.*?</svg>)?(?:<span>)?(\w+)', html)
        assert found == ([lit] if lit else [])


def test_an_icon_is_silent_unless_it_speaks():
    assert 'aria-hidden="true"' in icon("house")
    assert 'aria-label="Fait"' in icon("check-lg", "Fait")


def test_an_unknown_icon_is_refused():
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


@pytest.mark.parametrize("code", [400, "403", "403_csrf", 404, 410, 413, 429, 500, 503])
def test_an_error_page_needs_no_context_and_shows_a_way_forward(code):
    html = render_to_string(f"{code}.html")
    assert html.count("<h1") == 1
    assert 'class="btn btn-primary"' in html


def test_a_refusal_gives_its_reason():
    assert "Seul le président" in render_to_string("403.html", {"exception": "Seul le président."})


def test_a_mail_has_one_button_and_the_same_words_as_text():
    context = {
        "subject": "Votez avant le 14 mars : Bois d'Arc",
        "sender": "ALIZE Savoie",
        "paragraphs": ["Un dossier attend votre vote & votre avis."],
        "action": Link("Voter", "https://alize.example/x?a=1&b=2"),
    }
    html, plain = (render_to_string(f"layouts/mail.{kind}", context) for kind in ("html", "txt"))
    assert html.count(">Voter</a>") == 1
    assert "Un dossier attend votre vote & votre avis." in plain
    assert "https://alize.example/x?a=1&b=2" in plain


@pytest.mark.parametrize("layout", ["app", "public", "token"])
def test_a_layout_has_its_landmarks(layout, request_):
    html = render_to_string(f"layouts/{layout}.html", {}, request_)
    assert '<html lang="fr">' in html
    assert html.count("<main") == 1
    assert 'href="#contenu"' in html
    assert 'id="contenu"' in html


def test_the_signed_in_pages_name_the_basin_and_sign_out(request_):
    context = {
        "user": SimpleNamespace(is_authenticated=True, pk=1, email="claire@alize.example"),
        "basin": SimpleNamespace(name="Savoie"),
        "other_basins": [Link("Loire", "/bassins/loire/")],
        "user_links": [Link("Mon accès", "/acces/")],
        "nav_items": [{"label": "Accueil", "url": "/", "icon": "house", "active": True}],
        "breadcrumb": [Link("Savoie", "/"), Link("Dossiers", "")],
    }
    html = render_to_string("layouts/app.html", context, request_)
    assert "Savoie" in html
    assert "Changer de bassin" in html
    assert "Se déconnecter" in html
    assert '<span aria-current="page">Dossiers</span>' in html


def test_no_template_of_a_page_carries_a_style_or_a_script():
    for path in TEMPLATES.rglob("*.html"):
        if path.name.startswith("mail") or "pdf" in path.parts or "mails" in path.parts:
            continue
        source = Path(path).read_text(encoding="utf-8")
        assert " style=" not in source, path
        assert "<style" not in source, path
        assert "<script>" not in source, path
