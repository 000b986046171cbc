"""Sends each command to its module, and turns every failure into one sentence."""

import errno
import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext

from alize.bootstrap import application, demo, servers, testing
from alize.bootstrap.environment import STAMP
from alize.bootstrap.messages import SetupError, say

ON_ITS_OWN = ("bench",)
"""Commands that take servers of their own, empty, even beside a running demo."""
INTERRUPTED = 130
USAGE = """python3 manage.py demo    la démonstration : installe, démarre, donne son adresse
python3 manage.py test    les tests : les installe et les passe

Les autres commandes sont celles de Django et de l'application :
python3 manage.py help    les nomme toutes"""
REFUSALS = {
    errno.EACCES: "droits insuffisants",
    errno.EPERM: "droits insuffisants",
    errno.ENOSPC: "plus de place sur le disque",
    errno.EDQUOT: "quota de disque atteint",
    errno.EROFS: "disque en lecture seule",
    errno.ENOENT: "fichier ou dossier absent",
    errno.EMFILE: "trop de fichiers ouverts",
    errno.ENOMEM: "plus de mémoire",
    errno.EADDRINUSE: "adresse déjà prise",
}
"""What the system says in English, in French."""


def main(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks one of our characters shows another rather than a traceback.
        stream.reconfigure(errors="replace")
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)
    try:
        match arguments:
            case [] | ["-h" | "--help"]:
                say(USAGE)
                return 0
            case ["demo", *options]:
                return demo.run(options)
            case ["test", *options]:
                return testing.run(options)
        return run_django(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
    except OSError as error:
        where = f" : {error.filename}" if error.filename else ""
        reason = REFUSALS.get(error.errno or 0, f"erreur {error.errno} du système")
        print(f"\nLe système refuse ({reason}{where}).", file=sys.stderr)
    return 1


def interrupt(*_: object) -> None:
    """Stop as Ctrl-C does, so that everything is closed on the way out."""
    raise KeyboardInterrupt


def run_django(arguments: list[str]) -> int:
    """Run any command of Django, beside the running demo when there is one.

    :raises SetupError: nothing is installed yet, or nothing says with which settings to read.
    """
    if not STAMP.exists():
        raise SetupError(
            "Rien n'est encore installé ici : lancez d'abord « python3 manage.py demo »"
            " ou « python3 manage.py test »."
        )
    with addresses_for(arguments) as addresses:
        settings = os.environ.get("DJANGO_SETTINGS_MODULE", demo.SETTINGS)
        has_database = "DATABASE_URL" in os.environ or bool(addresses)
        env = application.variables(settings, addresses)
        return application.command(arguments, env, has_database=has_database)


def addresses_for(arguments: list[str]) -> AbstractContextManager[dict[str, str]]:
    """The servers of one command: those of the environment, of the running demo, or none.

    :raises SetupError: nothing says with which settings to read the database that is given.
    """
    running = demo.running_demo().get("addresses", {})
    if "DATABASE_URL" in os.environ:
        # The secrets of the demo are in this repository: they open nothing that is not its own.
        is_of_demo = running.get("DATABASE_URL") == os.environ["DATABASE_URL"]
        if not (is_of_demo or "DJANGO_SETTINGS_MODULE" in os.environ):
            raise SetupError(
                "DATABASE_URL désigne une base, et rien ne dit avec quels réglages la lire :"
                " donnez aussi DJANGO_SETTINGS_MODULE, par exemple alize.settings.production."
            )
        return nullcontext({})
    if arguments[0] in ON_ITS_OWN:
        return servers.throw_away(with_disk=True)
    return nullcontext(running)
