#!/usr/bin/env python3
"""The one command of the project: the demo, the tests, and every command of Django."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said in one sentence rather than by a traceback
    sys.exit("Alizé demande Python 3.11 ou plus récent ; ce Python est trop ancien.")

from alize.bootstrap.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
