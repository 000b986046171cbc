"""Django's side: the environment its processes receive, and its commands."""

import subprocess
from collections.abc import Mapping

from alize.bootstrap import native
from alize.bootstrap.messages import explain, say
from alize.bootstrap.paths import LOGS, PYTHON, ROOT, STATE, shown
from alize.bootstrap.processes import environment, foreground, log_path


def variables(settings: str, addresses: Mapping[str, str]) -> dict[str, str]:
    """What a Django process needs to know."""
    return {
        "DJANGO_SETTINGS_MODULE": settings,
        "ALIZE_STATE_DIR": str(STATE),
        "PYTHONUNBUFFERED": "1",
        **native.variables(),
        **addresses,
    }


def command(arguments: list[str], env: Mapping[str, str], *, has_database: bool = True) -> int:
    """Run one command of Django in the terminal, from the folder where the caller stands.

    Without a database, one that reads it says so.
    """
    paths = environment(env) | {"PYTHONPATH": str(ROOT)}
    module = "django" if has_database else "alize.bootstrap.without_database"
    return foreground([PYTHON, "-m", module, *arguments], paths)


def relay(arguments: list[str], env: Mapping[str, str], what_failed: str) -> None:
    """Run a command of Django and show each of its lines as it comes.

    :raises SetupError: it failed; the sentence ends with its last words.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = log_path(arguments[0])
    with log.open("w+") as errors:
        with subprocess.Popen(
            [PYTHON, "-m", "django", *arguments],
            cwd=ROOT,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            errors="replace",
        ) as process:
            try:
                for line in process.stdout:
                    say(f"  {line.rstrip()}")
            except BaseException:
                process.terminate()
                raise
        if process.returncode:
            raise explain(what_failed, log.read_text(errors="replace"), shown(log))
