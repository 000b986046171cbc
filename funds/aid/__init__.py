"""De minimis aid: the register of an undertaking, the room left, the certificate (funds.md 2.6)."""
