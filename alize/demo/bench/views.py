"""The smallest pages, of one query: with all that stands around a page of ours, and without."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from alize.accounts.models import Person
from alize.common.access import access, public


@access("basin.home")
def null(request: HttpRequest) -> HttpResponse:
    """One query, in a basin."""
    return HttpResponse(str(Person.objects.order_by("pk").first()))


@public
def bare(request: HttpRequest) -> HttpResponse:
    """The same query."""
    return HttpResponse(str(Person.objects.order_by("pk").first()))


@public
@login_required
def signed_in(request: HttpRequest) -> HttpResponse:
    """The same query, for somebody that Django alone has recognised."""
    return HttpResponse(str(Person.objects.order_by("pk").first()))
