import json
import sys

import pytest

from benchmark.answers import Labels
from benchmark.extraction import extracting
from benchmark.extraction.cluster import Cluster
from benchmark.extraction.extracting import Options
from benchmark.extraction.inputs import find as find_input
from benchmark.extraction.lane import task, units_of
from benchmark.extraction.local import Local
from benchmark.extraction.plan import Limits
from benchmark.extraction.shards import read
from benchmark.gold import GoldSet
from benchmark.problems import BadInput
from benchmark.registry import find
from benchmark.schema import Document
from benchmark.worker import Job
from tests.test_runner import write as write_model

QUICK = {  # a node that is gone refuses connections, and is missed after five seconds; one that is only slow gets far longer
    "health_check_initial_delay_ms": 1000,
    "health_check_period_ms": 1000,
    "health_check_timeout_ms": 10_000,
    "health_check_failure_threshold": 5,
}
DOCUMENTS = 160


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"id": f"d{n}", "text": f"{n} men " * (n % 13)}) + "\n" for n in range(DOCUMENTS)))
    return find_input(str(path)).input


def extract(home, source, output, engine, watch=lambda step: None, limits=Limits(shard=20, batch=4)):  # noqa: B008
    gold, found = GoldSet(home / "gold"), find("slowly", home / "models")
    return extracting.extract(gold, found, {}, source, output, engine, Options(limits=limits, timeout=60), watch)


def contents(output):
    return {p.name: p.read_bytes() for p in sorted(output.glob("part-*"))}


def slow_model(home):
    """Numbers, with a pause; it notes each process that loads it."""
    log = home / "loaded"
    lines = ("time.sleep(0.05)", "return Extraction([Mention(*m.span(), 'NUM') for m in article.finditer('[0-9]+')])")
    write_model(home, "slowly", *lines)
    path = home / "models" / "slowly.py"
    path.write_text(path.read_text() + f"    def load(self, device):\n        open({str(log)!r}, 'a').write(str(os.getpid()) + '\\n')\n")
    return log


def test_without_ray_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setitem(sys.modules, "ray.data", None)
    with pytest.raises(BadInput, match=r"entity-event-benchmark\[ray\]"):
        Cluster()


def test_an_address_that_cannot_read_this_machine_is_refused():
    with pytest.raises(BadInput, match="Ray client"):
        Cluster("ray://head:10001")


@pytest.mark.slow
def test_a_node_that_dies_half_way_loses_and_doubles_nothing(home, source, tmp_path):
    ray = pytest.importorskip("ray", reason="ray is not installed")
    from ray.cluster_utils import Cluster as Machines

    log = slow_model(home)
    machines = Machines(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False, "_system_config": QUICK})
    try:
        machines.add_node(num_cpus=0)
        lost = machines.add_node(num_cpus=1)
        machines.wait_for_nodes()
        engine = Cluster(machines.address, actors=2)
        engine.patience = 3.0
        killed = []

        def watch(step):
            if step.documents >= DOCUMENTS // 2 and not killed:
                killed.append(step.documents)
                machines.remove_node(lost, allow_graceful=False)

        manifest = extract(home, source, tmp_path / "ray", engine, watch)
    finally:
        ray.shutdown()
        machines.shutdown()
    assert len(killed) == 1
    assert DOCUMENTS // 2 <= killed[0] < DOCUMENTS
    assert engine.actors == 1  # there was no room for the second elsewhere
    loads = len(log.read_text().split())
    assert 2 <= loads <= 4  # once an actor; the one of the lost node, and the pool that went on, anew
    assert (manifest.documents, manifest.outcomes) == (DOCUMENTS, {"ok": DOCUMENTS})
    extract(home, source, tmp_path / "local", Local())
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")
    assert [p.id for p in read(tmp_path / "ray")] == [f"d{n}" for n in range(DOCUMENTS)]


@pytest.mark.slow
def test_a_cluster_of_this_machine_gives_what_processes_give(home, source, tmp_path, benchmark):
    pytest.importorskip("ray", reason="ray is not installed")
    log = slow_model(home)
    path = home / "models" / "slowly.py"
    path.write_text(path.read_text().replace("time.sleep(0.05)", "os._exit(3) if article.id == 'd7' else None"))
    extract(home, source, tmp_path / "local", Local(2))
    assert len(log.read_text().split()) == 3  # two processes, and one anew after the document that ends it
    log.unlink()
    done = benchmark(
        *("extract", "slowly", source.path, tmp_path / "ray", "--engine", "ray", "--actors", 2),
        *("--shard-size", 20, "--batch-size", 4, "--timeout", 60, "--json"),
    )
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["outcomes"] == {"failed": 1, "ok": DOCUMENTS - 1}
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")
    assert len(log.read_text().split()) == 3
    faulty = source.path
    with open(faulty, "a") as file:  # noqa: PTH123
        file.write("{\n")
    done = benchmark("extract", "numbers", faulty, tmp_path / "bad", "--engine", "ray", "--shard-size", 20)
    assert done.returncode == 2
    assert f"error: {faulty}:{DOCUMENTS + 1}: not JSON" in done.stderr
    assert len(contents(tmp_path / "bad")) == DOCUMENTS // 20


@pytest.mark.slow
def test_a_run_on_a_cluster_is_a_run(home, benchmark):
    pytest.importorskip("ray", reason="ray is not installed")
    local = benchmark("run", "numbers", "--json", "--results", home / "local")
    ray = benchmark("run", "numbers", "--json", "--results", home / "ray", "--engine", "ray")
    assert ray.returncode == local.returncode == 0, ray.stderr
    one, other = (json.loads(done.stdout)["results"][0] for done in (local, ray))
    assert one["scores"] == other["scores"]
    assert [a["outcome"] for a in other["articles"]] == ["ok", "ok"]
    folders = [next((home / name).glob("numbers-*")) for name in ("local", "ray")]
    assert folders[0].name == folders[1].name
    first, second = (
        [{k: v for k, v in json.loads(line).items() if k in ("id", "mentions")} for line in (f / "predictions.jsonl").open()]
        for f in folders
    )
    assert first == second


@pytest.mark.slow
def test_what_was_learned_travels_to_the_actors(home, monkeypatch, tmp_path):
    pytest.importorskip("ray", reason="ray is not installed")
    from benchmark.extraction import trained

    write_model(home, "learner", "return Extraction([Mention(0, 1, self.kind)])")
    path = home / "models" / "learner.py"
    note = home / "fitted"
    path.write_text(
        path.read_text()
        + "    def fit(self, documents):\n        self.kind = 'GPE'\n"
        + f"        open({str(note)!r}, 'a').write('x')\n"
        + "    def save(self, folder):\n        (folder / 'kind').write_text(self.kind)\n"
        + "    def restore(self, folder):\n        self.kind = (folder / 'kind').read_text()\n"
    )
    monkeypatch.setenv("BENCHMARK_CACHE", str(tmp_path / "cache"))
    gold = GoldSet(home / "gold")
    job = Job(find("learner", home / "models"), {}, "cpu", str(home / "log"), 0, tuple(gold.documents()))
    work = task(job, Labels.of(gold.inventory), 60, 60)
    answers = list(Cluster(actors=2).answers(work, units_of([Document(f"d{n}", "Gao") for n in range(6)])))
    assert [a.predictions[0].mentions[0].type for a in answers] == ["GPE"] * 6
    assert note.read_text() == "x"  # trained once
    packed = trained.pack(job)
    monkeypatch.setenv("BENCHMARK_CACHE", str(tmp_path / "another machine"))
    assert trained.pack(job) is None
    assert trained.unpack(job, packed)
    assert not trained.unpack(job, packed)
    assert trained.pack(job) is not None


def test_other_sources_on_a_node_are_refused(home):
    from benchmark.extraction.lane import refused

    job = Job(find("numbers", home / "models"), {}, "cpu", str(home / "log"), 0, None)
    work = task(job, Labels.of(GoldSet(home / "gold").inventory), 60, 60)
    assert refused(work, "n1", home / "other").job.log == str(home / "other")
    path = home / "models" / "numbers.py"
    path.write_text(path.read_text() + "# other\n")
    with pytest.raises(BadInput, match="node n1 has another"):
        refused(work, "n1", home / "log")
    path.unlink()
    with pytest.raises(BadInput, match="node n1 has no"):
        refused(work, "n1", home / "log")
