"""What may be typed about the committee, a module a subject."""
