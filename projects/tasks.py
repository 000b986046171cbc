"""Background work of the projects, one module a subject."""

from projects.follow_up import tasks as follow_up

__all__ = ["follow_up"]
