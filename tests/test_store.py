import multiprocessing

import pytest

from benchmark.formats.jsonl import Prediction
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
