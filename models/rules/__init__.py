"""Helpers and word lists of ``models/rules.py``, which loads this folder as a package of a private name."""
