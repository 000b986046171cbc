"""What may be typed about a project."""
