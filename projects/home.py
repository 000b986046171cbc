"""What the projects have on the home page, one module a subject."""

from projects.follow_up import home as follow_up

__all__ = ["follow_up"]
