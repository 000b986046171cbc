import logging
from collections.abc import Iterator

import pytest
from django.db import transaction

from alize.common import views
from tests.matrix.world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Two furnished basins for a whole module, gone after it."""
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        # The health page would wait a second at each visit for a worker that is not there.
        patch.setattr(views, "_worker", lambda: False)
        logging.disable(logging.WARNING)
        yield build()
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)
