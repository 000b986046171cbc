"""What `manage.py demo` and `manage.py test` do before anything is installed.

Standard library only: these modules run on a bare Python, outside the virtual environment.
"""
