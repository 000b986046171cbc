"""The screens of the projects."""
