import errno
import multiprocessing
import os
import stat
import sys
from pathlib import Path

import pytest

from benchmark.formats.jsonl import Prediction
from benchmark.paths import write_atomically
from benchmark.problems import BadInput
from benchmark.schema import Mention
from benchmark.store import RunFolder, key


def prediction(name):
    return Prediction(name, mentions=(Mention(0, 1, "X"),), seconds=0.5)


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "results", "model", "abc")
    folder.open()
    return folder


def test_articles_are_appended_and_read_back(folder):
    for name in "ab":
        folder.append(prediction(name))
    assert folder.predictions() == [prediction("a"), prediction("b")]


@pytest.mark.parametrize("cut", range(1, 30, 7))
def test_a_half_written_line_is_cut_off_and_nothing_else(folder, cut):
    folder.append(prediction("a"))
    whole = folder.predictions_path.read_bytes()
    folder.append(prediction("b"))
    torn = folder.predictions_path.read_bytes()[: len(whole) + cut]
    folder.predictions_path.write_bytes(torn)
    assert [p.id for p in folder.predictions()] == ["a"]
    folder.append(prediction("b"))
    assert [p.id for p in folder.predictions()] == ["a", "b"]


def test_nothing_of_a_line_that_cannot_be_written_whole_stays(folder, monkeypatch):
    folder.append(prediction("a"))
    whole = folder.predictions_path.read_bytes()
    write = os.write

    def full(handle, data):
        if len(data) < 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data[: len(data) // 2])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(BadInput, match=r"No space left on device\); finished articles are safe"):
        folder.append(prediction("b"))
    assert folder.predictions_path.read_bytes() == whole


def test_what_a_killed_run_left_half_made_is_cleared_away_and_nothing_else(folder):
    (folder.path / ".scores.json.4711").write_text("{")
    (folder.path / ".mine").write_text("")
    with folder.locked():
        assert {p.name for p in folder.path.iterdir()} == {".mine", "output.log"}


def test_a_file_is_flushed_renamed_and_its_name_flushed(tmp_path, monkeypatch):
    done = []
    for owner, name in ((os, "fsync"), (Path, "replace")):
        work = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *args, name=name, work=work: (done.append((name, kind(args[0]))), work(*args))[1])
    write_atomically(tmp_path / "f", "text")
    assert done == [("fsync", "file"), ("replace", "path"), ("fsync", "folder")]
    assert (tmp_path / "f").read_text() == "text"


def kind(of):
    return "path" if isinstance(of, Path) else "folder" if stat.S_ISDIR(os.fstat(of).st_mode) else "file"


def test_where_locks_are_of_windows_a_second_run_is_refused_too(folder, monkeypatch):
    held = set()

    class Msvcrt:
        LK_NBLCK = 2

        @staticmethod
        def locking(handle, mode, size):
            place = (os.fstat(handle).st_ino, os.lseek(handle, 0, os.SEEK_CUR))
            if place in held:
                raise PermissionError(errno.EACCES, "Permission denied")
            held.add(place)

    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", Msvcrt)
    with folder.locked(), pytest.raises(BadInput, match="another process is running this model"), folder.locked():
        pass
    assert {at for _, at in held} == {2**30}  # beyond what anybody writes


def test_a_file_system_without_locks_hinders_no_run(folder, monkeypatch):
    def flock(file, how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", flock)
    with folder.locked():
        folder.append(prediction("a"))


def test_a_results_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "results").write_text("a file")
    with pytest.raises(BadInput, match="cannot be written"):
        RunFolder(tmp_path / "results", "model", "abc").open()


def _hold(path, entered, leave):
    folder = RunFolder(path, "model", "abc")
    with folder.locked():
        entered.set()
        leave.wait(20)


def test_two_processes_cannot_run_one_model_at_once(folder):
    context = multiprocessing.get_context("spawn")
    entered, leave = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(folder.path.parent, entered, leave))
    process.start()
    assert entered.wait(20)
    with pytest.raises(BadInput, match="another process is running this model"), folder.locked():
        pass
    leave.set()
    process.join()
    with folder.locked():
        pass


def test_keys_tell_parameters_apart_and_nothing_else():
    assert key("m", {"a": 1, "b": 2}) == key("m", {"b": 2, "a": 1})
    assert key("m", {"a": 1}) != key("m", {"a": 2})


def test_a_broken_run_description_says_what_to_do(folder):
    (folder.path / "run.json").write_text("{")
    with pytest.raises(BadInput, match="remove the folder and run again"):
        folder.read_run()
