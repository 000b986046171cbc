"""What the terminal shows, in French: one line a step, one sentence a failure."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

NO_NETWORK = re.compile(
    r"name resolution|name or service not known|dns error|network is unreachable"
    r"|error sending request|failed to establish a new connection|connection refused"
    r"|could not resolve|temporary failure resolving|enotfound|eai_again|econnrefused|timed out",
    re.IGNORECASE,
)
WHERE_ELSE = re.compile(r"npm error A complete log of this run")
"""A last word that gives no reason."""
EXCEPTION = re.compile(r"[\w.]+(Error|Exception|Configured): ")
"""The line of a traceback that says why; a server may write others after it."""
OWN_SENTENCE = "CommandError: "
"""What Django writes before a refusal of our own commands, which is a French sentence."""


class SetupError(Exception):
    """A failure said in one French sentence, without a traceback."""


def say(text: str = "") -> None:
    """Show one line at once, even into a pipe."""
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show a step when it starts, and how long it took when it ends."""
    print(f"  {title} … ", end="", flush=True)
    start = monotonic()
    try:
        yield
    except BaseException as error:
        say("échec" if isinstance(error, Exception) else "interrompu")
        raise
    say(f"{monotonic() - start:.1f} s".replace(".", ","))


def explain(what_failed: str, output: str, log: str) -> SetupError:
    """The sentence for a command that failed: its own last words, and where to read the others."""
    said = (line.strip() for line in output.splitlines() if not WHERE_ELSE.match(line))
    lines = [line for line in said if line] or ["aucun message"]
    reason = next(filter(EXCEPTION.match, reversed(lines)), lines[-1])
    if reason.startswith(OWN_SENTENCE):
        reason = reason.removeprefix(OWN_SENTENCE).rstrip(".")
    return SetupError(f"{what_failed} : {reason[:200]} (détails dans {log}).")


def explain_download(what_failed: str, output: str, log: str) -> SetupError:
    """The same for a command that downloads: the network where its output accuses it."""
    if NO_NETWORK.search(output):
        return SetupError(
            f"{what_failed} : le réseau ne répond pas ; il n'est nécessaire qu'à l'installation,"
            f" relancez la commande une fois connecté (détails dans {log})."
        )
    return explain(what_failed, output, log)
