"""Corpora other than the gold set: what the user names, read, mapped and split."""
