"""Loads a model file as the harness does."""

from pathlib import Path

import pytest

from benchmark.registry import in_file, load

MODELS = Path(__file__).resolve().parent.parent.parent / "models"


@pytest.fixture
def model_class(request):
    """The class of the model whose name the test module ends in: test_NAME.py tests models/NAME.py."""
    name = request.module.__name__.rpartition("test_")[2]
    (found,) = in_file(MODELS / f"{name}.py")
    return load(found)
