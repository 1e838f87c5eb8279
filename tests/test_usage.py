"""Sizes in words, and the memory of a process with all below it."""

import subprocess
import sys

import pytest

from benchmark.problems import BadInput
from benchmark.usage import Meter, Tree, cores, mebibytes


@pytest.mark.parametrize(
    ("text", "size"),
    [("512", 512), ("512M", 512), ("4G", 4096), ("1.5GiB", 1536), ("2048 kb", 2), ("1T", 1024 * 1024), (" 7 MiB ", 7)],
)
def test_sizes_of_memory(text, size):
    assert mebibytes(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1", "0", "4X", "4 G G", "1e9", "0.0G"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(BadInput, match="is not a size of memory"):
        mebibytes(text)


def test_a_meter_measures():
    meter = Meter()
    sum(range(3_000_000))
    meter.stop()
    assert meter.seconds > 0
    assert 0 < meter.cpu_seconds < meter.seconds + 0.5
    assert meter.memory > 5


def test_a_tree_counts_what_is_below_it():
    code = "import sys; kept = bytearray(120_000_000); print('ready', flush=True); sys.stdin.read()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', {code!r}])"
    process = subprocess.Popen([sys.executable, "-S", "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        process.stdout.readline()
        tree = Tree(process.pid)
        assert tree.look() > 110
        assert tree.look() is None  # not so soon again
        assert tree.peak > 110
        assert len(tree.processes()) == 2
        assert tree.pause >= Tree.PAUSE
    finally:
        process.communicate()
    assert Tree(process.pid).processes() == []


def test_there_is_a_core():
    assert cores() >= 1
