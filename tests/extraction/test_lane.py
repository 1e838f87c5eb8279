import pytest

from benchmark.answers import Labels
from benchmark.corpora.labelled import LabelledCorpus
from benchmark.extraction.lane import Lane, task, units_of
from benchmark.extraction.local import Local
from benchmark.extraction.plan import Unit
from benchmark.gold import GoldSet
from benchmark.registry import find
from benchmark.runner import Options, run_model
from benchmark.schema import Article, Document, Mention
from benchmark.schemes import Scheme
from benchmark.worker import Job
from tests.test_runner import HEAD

MODEL = """
@extractor("faulty", produces={"mentions"})
class Model:
    def _one(self, article):
        if article.text == "raises":
            raise ValueError("boom")
        if article.text == "exits":
            os._exit(3)
        if article.text == "killed":
            os.kill(os.getpid(), 9)
        if article.text == "hangs":
            time.sleep(600)
        if article.text == "nonsense":
            return Extraction([Mention(0, 10**6, "PER")])
        if article.text == "unknown":
            return Extraction([Mention(0, 1, "POEM")])
        if article.text == "nothing":
            return None
        return Extraction([Mention(0, 1, "PER")])
"""
ONE = "    def extract(self, article):\n        return self._one(article)\n"
MANY = "    def extract_many(self, articles):\n        return [self._one(a) for a in articles]\n"
FEWER = "    def extract_many(self, articles):\n        return [self._one(a) for a in articles][:1]\n"
TEXTS = ["fine", "raises", "fine", "exits", "killed", "fine", "hangs", "nonsense", "unknown", "nothing", "fine"]
REASONS = {
    "raises": ("failed", "ValueError: boom"),
    "exits": ("failed", "exited with status 3"),
    "killed": ("failed", "ended by SIGKILL"),
    "hangs": ("timeout", "took more than 1 s"),
    "nonsense": ("failed", "past the end"),
    "unknown": ("failed", "'POEM' is not in the scheme 'gold'"),
    "nothing": ("failed", "must return an Extraction"),
    "fine": ("ok", ""),
}


def job_of(home, body, timeout=1):
    (home / "models" / "faulty.py").write_text(HEAD + MODEL + body)
    found = find("faulty", home / "models")
    return task(Job(found, {}, "cpu", str(home / "log"), 0, None), Labels.of(GoldSet(home / "gold").inventory), timeout, 60)


def unit(texts):
    return Unit(0, articles=tuple(Article(f"d{n}", text) for n, text in enumerate(texts)), positions=tuple(range(len(texts))))


def check(answer, texts):
    assert [p.id for p in answer.predictions] == [f"d{n}" for n in range(len(texts))]
    for text, prediction in zip(texts, answer.predictions, strict=True):
        outcome, reason = REASONS[text]
        assert (prediction.outcome, text) == (outcome, text)
        assert reason in (prediction.error or "")
        assert len(prediction.mentions) == (outcome == "ok")


@pytest.mark.parametrize("body", [ONE, pytest.param(MANY, marks=pytest.mark.slow)], ids=["one by one", "together"])
def test_a_document_that_fails_costs_itself_alone(home, body):
    lane = Lane(job_of(home, body))
    try:
        check(lane.answer(unit(TEXTS)), TEXTS)
    finally:
        lane.close()


def test_a_batch_that_raises_or_gives_too_few_answers_is_done_one_by_one(home):
    texts = ["fine", "raises", "fine", "nonsense"]
    for body in (MANY, FEWER):
        lane = Lane(job_of(home, body))
        try:
            check(lane.answer(unit(texts)), texts)
            process = lane.worker.process.pid
            check(lane.answer(unit(texts)), texts)
            assert lane.worker.process.pid == process  # the model was loaded once
        finally:
            lane.close()


def test_several_processes_answer_in_order(home):
    work = job_of(home, ONE)
    texts = ["fine", "raises"] * 15
    answers = list(Local(2).answers(work, units_of([Document(f"d{n}", text) for n, text in enumerate(texts)])))
    assert [a.unit.shard for a in answers] == list(range(30))
    for text, answer in zip(texts, answers, strict=True):
        assert answer.predictions[0].outcome == REASONS[text][0]


def test_a_model_that_cannot_be_loaded_says_why(home):
    lane = Lane(job_of(home, ONE + "    def load(self, device):\n        raise Unavailable('no weights; fetch them')\n"))
    answer = lane.answer(unit(["fine"]))
    assert (answer.ready.outcome, answer.ready.error, answer.predictions) == ("unavailable", "no weights; fetch them", ())
    assert lane.worker is None


class InLanes:
    """The engine of a run, as a cluster is one."""

    def predictions(self, job, documents, labels, options):
        lane = Lane(task(job, labels, options.timeout, options.load_timeout))
        try:
            for one in units_of(documents):
                answer = lane.answer(one)
                yield answer.ready, answer.predictions[0]
        finally:
            lane.close()


@pytest.mark.parametrize("learns", [True, False])
def test_what_a_model_could_learn_from_a_corpus_it_may_say_on_any_engine(home, tmp_path, learns):
    body = ONE + ("    def fit(self, documents):\n        pass\n" if learns else "")
    (home / "models" / "faulty.py").write_text(HEAD + MODEL + body)
    documents = [Document(name, "unknown", mentions=(Mention(0, 1, "POEM"),)) for name in ("a", "b")]
    scheme = Scheme("own", {"POEM": ()}, "")
    corpus = LabelledCorpus("x", documents, scheme, GoldSet(home / "gold").inventory, "0" * 64, home / "gold", frozenset({"mentions"}))
    found = find("faulty", home / "models")
    result = run_model(corpus, documents, documents, found, {}, tmp_path / "results", Options(), engine=InLanes())
    assert [p.outcome for p in result.predictions] == ["ok" if learns else "failed"] * 2
