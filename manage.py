#!/usr/bin/env python3
# -*- coding: utf-8 -*-  # noqa: UP009 - Python 2 must be able to read the sentence below
"""The one command of the project: the demo, the tests, and every command of Django."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said in one sentence rather than by a traceback
    sys.exit("Alizé demande Python 3.11 ou plus récent ; ce Python est trop ancien.")

if __name__ == "__main__":
    try:
        from alize.bootstrap.main import main

        code = main(sys.argv[1:])
    except KeyboardInterrupt:  # while the launcher itself was being read
        code = 130
    sys.exit(code)
