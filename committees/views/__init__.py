"""The pages of the committee, one module a subject."""
