"""« J'ai une question »: asked on a file, answered for all members to read (C2)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import refusals_to
from alize.common.screen import Link
from basins.enums import Role
from committees import operations, permissions
from committees.forms.questions import AnswerForm, QuestionForm
from committees.models import AgendaItem, Question
from committees.queries import questions
from committees.views.base import carried_out, home_links, item_in_scope, meeting_link


def _page(item_id: int) -> str:
    """The questions on the page of a file."""
    return basin_reverse("item_detail", item_id=item_id) + "#questions"


def _page_of(question_id: int) -> str:
    return _page(Question.objects.get(pk=question_id).item_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access("question.ask")
@refusals_to(_page)
def question_ask(request: HttpRequest, item_id: int) -> HttpResponse:
    """J'ai une question."""
    now = timezone.now()
    item = item_in_scope(request, item_id, at=now)
    permissions.ask_question(item)
    form = QuestionForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.ask_question(
                item_id=item.pk, **form.cleaned_data, by=request.user, at=now
            ),
        )
    ):
        to = questions.answered_by(item, on=timezone.localdate(now))
        messages.success(
            request,
            f"Question envoyée à {to}."
            if to and to.pk != request.user.pk
            else "Question enregistrée : les membres la lisent.",
        )
        return redirect(_page(item.pk))
    return _form(request, item, form, "J'ai une question", "Envoyer ma question")


@require_http_methods(["GET", "HEAD", "POST"])
@access("question.answer")
@refusals_to(_page_of)
def question_answer(request: HttpRequest, question_id: int) -> HttpResponse:
    """Répondre: the referrer of the file, the operator, or the presidency in their place."""
    now = timezone.now()
    question = Question.objects.filter(pk=question_id).first()
    if question is None:
        raise Http404
    item = item_in_scope(request, question.item_id, at=now)
    question.item = item
    is_operator = Role.OPERATOR in request.roles
    expected = questions.answered_by(item, on=timezone.localdate(now))
    permissions.answer_question(request.user, question, expected=expected, is_operator=is_operator)
    form = AnswerForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.answer_question(
                question_id=question.pk,
                **form.cleaned_data,
                is_operator=is_operator,
                by=request.user,
                at=now,
            ),
        )
    ):
        messages.success(request, "Réponse enregistrée : les membres la lisent.")
        return redirect(_page(item.pk))
    return _form(
        request, item, form, "Répondre à une question", "Envoyer la réponse", question=question
    )


def _form(
    request: HttpRequest,
    item: AgendaItem,
    form: QuestionForm | AnswerForm,
    title: str,
    label: str,
    question: Question | None = None,
) -> HttpResponse:
    company = Link(item.project.beneficiary.name, _page(item.pk))
    context = {
        "breadcrumb": home_links(meeting_link(item.meeting), company, Link(title, "")),
        "item": item,
        "form": form,
        "title": title,
        "label": label,
        "question": question,
    }
    status = 422 if form.errors else 200
    return render(request, "committees/question_form.html", context, status=status)
