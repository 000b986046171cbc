"""What every view shares: going to a page of a basin, and refusals turned into pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from alize.common.addresses import basin_reverse
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, AlreadyUsed, Refusal
from alize.common.writings import MarkedForm, SaidAlready, WrittenMeanwhile


def basin_redirect(name: str, **kwargs: Any) -> HttpResponse:
    """Go to a page of the current basin."""
    return redirect(basin_reverse(name, **kwargs))


def page_before(request: HttpRequest) -> str:
    """The page of this site that a form was sent from, the home when the browser does not say."""
    here = f"{request.scheme}://{request.get_host()}"
    page = request.headers.get("Referer", "").removeprefix(here)
    ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if ours else "/"


def key_in(text: str) -> int | None:
    """The key of a row, or a count, that a form carries; None for what a browser never sends."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def keys_in(texts: Iterable[str]) -> list[int]:
    """The keys that the fields of one name carry, in their order (`key_in`)."""
    return [key for key in map(key_in, texts) if key is not None]


def without_nul(text: str) -> str:
    """What was typed, but for what no column takes; a field of a form refuses it by itself."""
    return text.replace("\0", "")


def refusals_to(
    page: str | Callable[..., str],
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Send the person back to `page` of the basin with the reason when the act is refused.

    For views of one button; a view with a form catches `Refusal` itself, to keep what was typed.
    The page is reversed with the view's own keyword arguments, or is a function of them.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, **kwargs)
            except Refusal as refusal:
                messages.error(request, refusal.reason)
            except IntegrityError as error:
                messages.error(request, sentence_of(error))
            return redirect(page(**kwargs)) if callable(page) else basin_redirect(page, **kwargs)

        return guarded

    return decorate


def form_status(request: HttpRequest) -> int:
    """The status of a page that shows a form: sent, and shown again, it asks for a correction."""
    return 422 if request.method == "POST" else 200


@dataclass
class Outcome:
    """How an act asked by a form ended, and the status of the page that shows it."""

    status: int = 200

    @property
    def accepted(self) -> bool:
        """Whether the act was done."""
        return self.status == 200


_STATUSES: dict[type[Refusal], int] = {
    ActionDenied: 403,
    AlreadyUsed: 409,
    WrittenMeanwhile: 409,
    SaidAlready: 409,
}


@contextmanager
def refusals_in(form: forms.Form) -> Iterator[Outcome]:
    """Put the reason of a refusal in the form, beside the field it names; nothing typed is lost."""
    outcome = Outcome()
    try:
        yield outcome
    except Refusal as refusal:
        field = getattr(refusal, "field", None)
        form.add_error(field if field in form.fields else None, refusal.reason)
        if isinstance(refusal, WrittenMeanwhile) and isinstance(form, MarkedForm):
            form.compare(refusal)
        outcome.status = _STATUSES.get(type(refusal), 422)
    except IntegrityError as error:
        form.add_error(None, sentence_of(error))
        outcome.status = 422


def answered(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], object],
    *,
    said: str,
    back: str,
    template: str,
    context: Mapping[str, Any],
) -> HttpResponse:
    """The form of an act: carried out, gone `back` where it is `said`; refused, shown again."""
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            act()
        if outcome.accepted:
            messages.success(request, said)
            return redirect(back)
        status = outcome.status
    return render(request, template, {"form": form, **context}, status=status)
