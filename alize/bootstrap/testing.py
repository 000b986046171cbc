"""`manage.py test`: the whole suite, on servers of its own."""

from tempfile import TemporaryDirectory

from alize.bootstrap import application, installation, servers
from alize.bootstrap.paths import PYTHON
from alize.bootstrap.processes import environment, foreground

SETTINGS = "alize.settings.test"
PROCESSES = ("-n", "2")
ONE_PROCESS = ("-n", "--numprocesses", "--pdb", "--trace")
"""Arguments by which the caller settles the number of processes, or talks to the only one."""
NO_PROXY = dict.fromkeys(("no_proxy", "NO_PROXY"), "localhost,127.0.0.1")
"""Whatever proxy leads to the network, the sites of the tests are on this machine."""


def run(arguments: list[str]) -> int:
    """Set up, run pytest with the caller's arguments and return its exit code."""
    installation.ensure("dev")
    with (
        servers.throw_away(with_disk=False) as addresses,
        TemporaryDirectory(prefix="alize-tests-") as folder,
    ):
        # The documents and profiles that tests write disappear with their run.
        own = {"TMPDIR": folder, **NO_PROXY}
        env = environment(application.variables(SETTINGS, addresses) | own)
        return foreground([PYTHON, "-m", "pytest", *with_processes(arguments)], env)


def with_processes(arguments: list[str]) -> list[str]:
    """The caller's arguments, on two processes unless they say otherwise."""
    if any(argument.startswith(ONE_PROCESS) for argument in arguments):
        return arguments
    return [*PROCESSES, *arguments]
