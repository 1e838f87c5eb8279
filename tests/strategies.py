"""Random documents for property tests."""

from hypothesis import strategies as st

from benchmark.schema import LEVELS, REALIS, Argument, Document, Event, Mention

# Letters, marks, an astral character, and every kind of line end and white space that could break a format.
TEXT = st.text(alphabet="aB é\u0301🙂\n\r\t\u2028\x85\x0b|#%\\\"'", min_size=1, max_size=60)
TYPES = st.sampled_from(["PER", "ORG", "Conflict.Battle", "Life_Die", "X-y"])
ROLES = st.sampled_from(["Attacker", "Target", "ARG0", "ARG1", "Place"])
WORDS = st.text(alphabet="ab%é >=_ \u2028🙂", min_size=1, max_size=8)


@st.composite
def spans(draw: st.DrawFn, text: str) -> tuple[int, int] | None:
    """A span that neither begins nor ends with a line end, which no format of lines can say."""
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    while start < end and text[start] in "\r\n":
        start += 1
    while end > start and text[end - 1] in "\r\n":
        end -= 1
    return (start, end) if start < end else None


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document with mentions, discontinuous ones too, and events, several on a trigger too."""
    text = draw(TEXT)
    mentions = []
    for _ in range(draw(st.integers(0, 5))):
        if found := draw(spans(text)):
            fragments = _split(draw, text, found)
            mentions.append(
                Mention(
                    *found,
                    draw(TYPES),
                    draw(st.sampled_from([None, *LEVELS])),
                    draw(st.none() | WORDS),
                    draw(st.none() | WORDS),
                    draw(st.none() | st.floats(0, 1)),
                    fragments=fragments,
                )
            )
    mentions = _numbered(draw, "T", mentions)
    known = [m.id for m in mentions if m.id is not None]
    events = []
    for _ in range(draw(st.integers(0, 4))):
        if found := draw(spans(text)):
            arguments = []
            for _ in range(draw(st.integers(0, 4))):
                role = draw(ROLES)
                if known and draw(st.booleans()):
                    arguments.append(Argument(role, draw(st.sampled_from(known))))
                elif direct := draw(spans(text)):
                    arguments.append(Argument(role, start=direct[0], end=direct[1]))
            for _ in range(draw(st.integers(1, 2))):
                events.append(
                    Event(
                        *found,
                        draw(TYPES),
                        draw(st.sampled_from([None, *REALIS])),
                        draw(st.none() | WORDS),
                        tuple(arguments),
                        draw(st.none() | st.floats(0, 1)),
                    )
                )
    return Document(
        draw(st.sampled_from(["d", "a/b"])),
        text,
        draw(st.none() | st.just("2018-12-15")),
        None,
        tuple(mentions),
        tuple(_numbered(draw, "E", events)),
    )


def _split(draw, text, found):
    start, end = found
    inner = [n for n in range(start + 1, end - 1) if text[n - 1] not in "\r\n" and text[n] not in "\r\n" and text[n + 1] not in "\r\n"]
    if not inner or draw(st.integers(0, 3)):
        return None
    gap = draw(st.sampled_from(inner))
    return ((start, gap), (gap + 1, end))


def _numbered(draw, letter, labels):
    import msgspec

    style = draw(st.sampled_from(["brat", "free", "none"]))
    if style == "none":
        return labels
    numbers = draw(st.permutations(range(1, len(labels) + 1)))
    return [msgspec.structs.replace(x, id=f"{letter}{n}" if style == "brat" else f"id {n}%") for x, n in zip(labels, numbers, strict=True)]
