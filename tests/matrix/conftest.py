import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import transaction
from django.template import Template, engines

from alize.common import views
from alize.documents import pdf
from tests.matrix.undefined import UNDEFINED
from tests.matrix.world import World, build


@contextmanager
def quickly() -> Iterator[pytest.MonkeyPatch]:
    """What a crawl of the whole site does without."""
    with pytest.MonkeyPatch.context() as patch:
        # The health page would wait a second at each visit for a worker that is not there.
        patch.setattr(views, "_worker", lambda: False)
        # However slow the machine, the second factor of the visitors stays fresh for all of it.
        patch.setattr(settings, "ACCOUNT_REAUTHENTICATION_TIMEOUT", 3600)
        # A page whose context lacks something says so to the walk.
        patch.setattr(engines["django"].engine, "string_if_invalid", UNDEFINED)
        # Nobody asks what a page was made of: the tests' Django would copy it at each part.
        patch.setattr(Template, "_render", lambda page, context: page.nodelist.render(context))
        logging.disable(logging.WARNING)
        yield patch
        logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Two furnished basins for a whole module, gone after it."""
    with quickly() as patch, django_db_blocker.unblock(), transaction.atomic():
        # Who may read a document is asked of all; how it looks is tried where it is made.
        sheet = pdf.render("<html lang=fr><title>Page</title>")
        patch.setattr(pdf, "render", lambda html, *limits: sheet)
        yield build()
        transaction.set_rollback(True)
