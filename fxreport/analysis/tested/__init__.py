"""A document under test: what the measurements say of each of its statements.

One function a kind of check (``checks.py`` lists them); ``verdicts.py`` asks them all.
"""
