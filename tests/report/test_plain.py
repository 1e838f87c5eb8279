from benchmark.report.plain import WIDEST, table


def test_columns_are_aligned_and_long_cells_wrapped():
    lines = table(["name", "what"], [["a", "short"], ["bb", "many words " * 6], ["c", None]]).split("\n")
    assert lines[0] == "name  what"
    assert lines[2] == "a     short"
    assert all(len(line) <= 6 + WIDEST for line in lines)
    assert sum("many words" in line for line in lines) > 1


def test_wide_tables_are_narrowed_to_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, table(["x"] * 3, [["word " * 20] * 3]).split("\n"))) <= 60


def test_no_rows():
    assert table(["a"], []) == "a\n-"
