"""What the screens, documents and use cases of the committee read."""
