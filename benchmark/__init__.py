"""The benchmark for entity and event extraction from news."""

__version__ = "0.1.0"
