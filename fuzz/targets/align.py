"""Strings looked for in a text: spans lie in it, in the part that was asked for, and say what was found."""

from benchmark.align import Status, align


def one(data: bytes) -> None:
    odd = chr(0xD800) if data[:1] == b"s" else "?"  # a lone surrogate
    lines = data.decode("utf-8", "replace").replace(chr(0xFFFD), odd).split("\n")
    start, end, *parts = [*lines, "", "", ""]
    text, strings = parts[0].replace("|", "\n"), parts[1:]
    size = len(text)
    low, high = (min(size, ord(x[0]) % (size + 1)) if x else default for x, default in ((start, 0), (end, size)))
    for apart in (False, True):
        found = align(text, strings, low, high, apart=apart)
        assert [a.string for a in found] == strings
        for a in found:
            assert (a.span is None) == (a.status is Status.NOT_FOUND)
            if a.span:
                assert low <= a.span[0] < a.span[1] <= high
                assert a.status is not Status.EXACT or text[slice(*a.span)] in a.string
