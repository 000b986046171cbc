"""What both commands need before Django can run, each part skipped when already there."""

from alize.bootstrap import assets, environment, locks, native
from alize.bootstrap.messages import say
from alize.bootstrap.paths import STATE

LOCK = STATE / "installation.lock"


def ensure(level: str) -> None:
    """Install what is missing, one process at a time in a checkout.

    :raises SetupError: a part could not be installed.
    """
    if locks.is_held(LOCK):
        say("  Une autre installation est en cours dans ce dossier, attente de sa fin…")
    with locks.exclusive(LOCK, wait=True):
        environment.ensure(level)
        native.ensure_libraries()
        assets.ensure()
        if level == "dev":
            native.ensure_browser()
