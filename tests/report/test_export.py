"""The leaderboard in files: every format holds the same figures, the signature, and nothing that breaks it."""

import csv
import io
import json
import re
import shutil
import subprocess

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.report.export import FORMATS, latex, markdown, ranked, records, to_csv, to_json, to_latex, to_markdown
from benchmark.standings import StoredTable
from tests.report.test_leaderboard import result

HOSTILE = 'a|b_c*d`e`<f> & 50% #1 $x$ {y} \\z ~^ "q" --\n[1] \x1b[31m \u202e東京'
SIGNATURE = "gold:abc|scheme:gold|levels:NAM+values|average:micro|version:1"


@pytest.fixture(scope="module")
def tables():
    """Two tables: good, tied, hostile and missing models; a model of another scheme."""
    hostile = result("hostile", 12, produces=("mentions",))
    hostile = msgspec.structs.replace(hostile, run=msgspec.structs.replace(hostile.run, model=HOSTILE, trained_on=(HOSTILE,)))
    there = [result("a", 27), result("b", 26), hostile, result("none", 0, "unavailable")]
    ids = tuple(p.id for p in there[0].predictions)
    for one in there:
        one.scores.signature = SIGNATURE
    return ranked([StoredTable(tuple(there), ids), StoredTable((result("conll", 9),), ids[:20])], 300)


def test_csv_has_the_right_types_in_pandas(tables):
    pandas = pytest.importorskip("pandas")
    found = pandas.read_csv(io.StringIO(to_csv(tables)))
    assert list(found["model"])[:2] == ["a", "b"]
    kinds = {name: found[name].dtype.kind for name in found.columns}
    assert {kinds[name] for name in ("table", "texts")} == {"i"}
    assert kinds["tied"] == "b"
    figures = [name for name in found.columns if re.search("precision|recall|f1", name)]
    assert {kinds[name] for name in [*figures, "words_per_second"]} == {"f"}
    assert {kinds[name] for name in ("model", "saw", "outcome", "edition", "scheme", "run", "signature")} <= {"O", "U"}
    assert str(found.convert_dtypes()["rank"].dtype) == "Int64"
    assert pandas.isna(found["rank"]).tolist() == [False, False, False, True, False]
    assert found["names_f1"][0] == records(tables)[0]["names_f1"]
    assert pandas.isna(found["triggers_f1"][2])


def test_csv_is_one_line_a_model_with_the_signature_in_each(tables):
    lines = list(csv.DictReader(io.StringIO(to_csv(tables))))
    assert len(to_csv(tables).splitlines()) == 6
    assert [line["signature"] for line in lines] == [SIGNATURE] * 4 + ["s"]
    assert lines[2]["model"].startswith("a|b_c*d`e`<f> & 50%")
    assert lines[3]["names_f1"] == lines[2]["arguments_f1"] == ""
    assert lines[3]["outcome"] == "unavailable"
    assert not re.search("[\x00-\x09\x0b-\x1f]", to_csv(tables))


def test_json_holds_all_and_reads_back(tables):
    found = json.loads(to_json(tables))
    assert [t["signature"] for t in found["tables"]] == [SIGNATURE, "s"]
    assert [r["model"] for r in found["tables"][0]["rows"]][:2] == ["a", "b"]
    assert found["tables"][0]["rows"][2]["model"] == HOSTILE
    assert [r for t in found["tables"] for r in t["rows"]] == records(tables)


def test_markdown_cells_hold_no_markup_of_others_and_the_best_is_bold(tables):
    text = to_markdown(tables)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in rows} == {15}
    assert f"`{SIGNATURE}`" in text
    assert text.count("| 1= | ") == 2
    (first,) = [line for line in rows if line.startswith("| 1= | a |")]
    assert "**94.7**" in first
    (second,) = [line for line in rows if line.startswith("| 1= | b |")]
    assert "**" not in second
    assert r"a\|b_c\*d\`e\`\<f\> &amp; 50%" in text
    assert "\x1b" not in text


def unescaped(text):
    """What is left of LaTeX when its commands and escaped characters are taken away."""
    text = re.sub(r"\$\\(rightarrow|geq|leq)\$", "", text)
    return re.sub(r"\\[{}$&#%_]|\\[a-zA-Z]+(\{\})?", "", text)


def test_latex_has_the_structure_of_a_booktabs_table(tables):
    text = to_latex(tables)
    assert (
        re.findall(r"\\(?:begin|end)\{\w+\}", text)
        == [
            r"\begin{table}",
            r"\begin{tabular}",
            r"\end{tabular}",
            r"\end{table}",
        ]
        * 2
    )
    for part in re.findall(r"\\toprule\n(.*?) \\\\\n\\midrule\n(.*?)\n\\bottomrule", text, re.DOTALL):
        header, body = part[0], part[1].splitlines()
        assert header.count("&") == 13
        for line in body:
            assert line.endswith(r" \\")
            assert len(re.findall(r"(?<!\\)&", line)) == 13
    (columns, *_) = re.findall(r"\\begin\{tabular\}\{(\w+)\}", text)
    assert len(columns) == 14
    shown = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", shown):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert text.count("% gold:abc|scheme:gold") == 1
    assert "gold:abc\\textbar\\allowbreak{}scheme:gold" in text
    assert text.isascii()


@given(st.text(max_size=30))
def test_latex_escapes_every_special_character(text):
    found = latex(text)
    assert not re.search(r"[\\{}$&#%_~^|<>\"\n\r\x00-\x1f]", unescaped(found).replace("{}", ""))
    assert not re.search("[^\x20-\x7e\xc0-\u017f]|[ÐðÞþĐđŊŋ]", found)
    assert not re.search("--|''|``|,,|<<|>>", found)


def test_latex_of_every_special_character():
    assert latex(r"\{}$&#%_~^") == r"\textbackslash{}\{\}\$\&\#\%\_\textasciitilde{}\textasciicircum{}"
    assert latex("a--b <c> “d” é Ą đ 東 x\ny") == (
        r"a-{}-b \textless{}c\textgreater{} \textquotedblleft{}d\textquotedblright{} é A ? ? x y"
    )


@given(st.text(max_size=30))
def test_markdown_of_any_text_is_one_cell(text):
    found = markdown(text)
    assert "\n" not in found
    assert not re.search(r"[|`<>*\[\]]", re.sub(r"\\[\\|`<>*\[\]~_#]", "", found))


def test_every_format_carries_the_signature(tables):
    for name, written in FORMATS.items():
        assert "abc" in written(tables), name
        assert "NAM+values" in written(tables), name


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles(tables, tmp_path):
    (tmp_path / "table.tex").write_text(to_latex(tables))
    preamble = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{booktabs}\begin{document}\input{table.tex}\end{document}"
    (tmp_path / "page.tex").write_text(preamble)
    done = subprocess.run(["pdflatex", "-halt-on-error", "page.tex"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "page.pdf").stat().st_size > 1000
