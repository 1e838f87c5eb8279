"""What went wrong, label by label: gold and predicted documents in JSON Lines, apart by a line of equals signs, told and drawn."""

import msgspec

from benchmark.browsing import Browsed
from benchmark.errors import KINDS, TASKS, errors, tallied
from benchmark.formats import jsonl
from benchmark.report.errors import drawn
from benchmark.report.plain import plain
from benchmark.scoring import score_pairs


def one(data: bytes) -> None:
    gold, _, predicted = data.partition(b"\n====\n")
    documents = list({p.id: p.document for p in jsonl.parse(gold, "gold", lambda problem: None)}.values())
    answers = {p.id: p.document for p in jsonl.parse(predicted, "predicted", lambda problem: None)}
    pairs = [(d, answers[d.id]) for d in documents if d.id in answers]
    found = errors(pairs)
    assert {error.kind for error in found} <= KINDS.keys()
    told = Browsed("m", "m-0", tuple(d for d, _ in pairs), tuple(found), "s").to_dict(5)
    assert sum(row["number"] for row in told["counts"].values()) == len(found) == sum(sum(t.values()) for t in tallied(found).values())
    msgspec.json.encode(told)
    figures = score_pairs(pairs, "fuzz").summary(resamples=0)
    for metric, kinds in TASKS.items():
        task, _, criterion = metric.partition(".")
        overall = figures[task][criterion]["overall"]
        assert overall["gold"] - overall["tp"] == sum(1 for e in found if e.kind in kinds and e.gold), metric
    for width in (20, 100):
        for line in drawn(found, {d.id: d for d, _ in pairs}, width):
            assert plain(line.plain, lines=True) == line.plain
