from tests.matrix.conftest import world

__all__ = ["world"]
