"""What an operation raises when it refuses; each carries one French sentence for the person."""


class Refusal(Exception):
    """Something was asked that cannot be done; `reason` says what happened and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ActionDenied(Refusal):
    """The person may not do this act, or not in the state things are in (403)."""


class InvalidInput(Refusal):
    """What was typed cannot be accepted; `field` names where, when it is one field (422)."""

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(reason)
        self.field = field


class AlreadyUsed(Refusal):
    """The same form was sent before with another content (409)."""
