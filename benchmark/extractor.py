"""What an extractor is: a class with ``extract``, declared with :func:`extractor`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, Protocol, TypeVar, runtime_checkable

from msgspec import Struct

from benchmark.schema import Article, Document, Extraction

Product = Literal["mentions", "values", "events", "arguments", "realis", "identity"]
PRODUCTS: tuple[Product, ...] = ("mentions", "values", "events", "arguments", "realis", "identity")


class Unavailable(Exception):
    """Raised by a model that lacks a package, weights or a service. The message says what, and how to get it."""


class Unsupported(Exception):
    """Raised by a model that cannot handle an article (its language, its length)."""


@runtime_checkable
class Extractor(Protocol):
    """What the harness calls. Only ``extract`` is required.

    Optional methods: ``load(device: str)`` first, ``fit(documents)`` per fold after it, ``save(folder)`` and ``restore(folder)`` of what
    was fitted, ``extract_many(articles)`` in place of ``extract`` for unlabelled corpora, ``close()`` at the end. Optional attributes or
    methods that run.json tells: ``parameter_count`` and ``model_bytes`` (of its weights), where they cannot be seen from outside.
    """

    def extract(self, article: Article) -> Extraction:
        """Find mentions and events in one article.

        Parameters
        ----------
        article
            The text; labels outside its ``regions`` are not scored.

        Returns
        -------
        Extraction
            Labels with half-open code point offsets into ``article.text``.

        Raises
        ------
        Unavailable
            Where a package, weights or a service is missing: the article's outcome is ``unavailable``, as on an ImportError.
        Unsupported
            Where the model cannot handle this text: ``unsupported``. Anything else that is raised makes it ``failed``.
        """
        ...


class Declaration(Struct, frozen=True):
    """What a model says of itself.

    Attributes
    ----------
    name
        Name on the command line and in tables.
    produces
        The kinds of label it makes; the others are n/a in its row, not 0.
    scheme
        Label scheme of its types (see ``list schemes``); an instance may set its own ``scheme`` when it loads.
    requires
        Import names of the packages it needs; missing ones make it unavailable.
    install
        The command that gets them.
    trained_on
        What data the model or its author saw, one phrase each; shown in the table. ``folds`` is added to what has ``fit``.
    uses
        Names of other models beside it that it is made of; a change of theirs is a change of it.
    environment
        Environment variables that its answers depend on (a service's address, never a key): run.json holds them, user and password
        taken out of addresses, and a run with others is another run.
    """

    name: str
    produces: frozenset[Product] = frozenset()
    scheme: str = "gold"
    requires: tuple[str, ...] = ()
    install: str = ""
    trained_on: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()


_Class = TypeVar("_Class", bound=type[Any])


def extractor(
    name: str,
    *,
    produces: Iterable[Product],
    scheme: str = "gold",
    requires: Sequence[str] = (),
    install: str = "",
    trained_on: Sequence[str] = (),
    uses: Sequence[str] = (),
    environment: Sequence[str] = (),
) -> Callable[[_Class], _Class]:
    """Declare a class to be an extractor: the declaration is kept as its ``__extractor__``.

    Parameters
    ----------
    name
        Name on the command line and in tables.
    produces
        The kinds of label it makes, of :data:`PRODUCTS`; the others are n/a in its row, not 0.
    scheme
        Label scheme of its types (``list schemes``); an instance may have its own ``scheme``.
    requires
        Import names of the packages it needs; where one is missing the model is unavailable.
    install
        The command that gets them.
    trained_on
        What data the model or its author saw, one phrase each.
    uses
        Names of other models beside it that it is made of.
    environment
        Environment variables that its answers depend on; never a key.

    Returns
    -------
    callable
        A class decorator, which returns the class itself.

    Raises
    ------
    ValueError
        Where `produces` names what is no product.
    TypeError
        On decorating a class without ``extract`` and ``extract_many``.

    Examples
    --------
    >>> @extractor("nothing", produces={"mentions"})
    ... class Nothing:
    ...     def extract(self, article):
    ...         return Extraction()
    """
    products = frozenset(produces)
    if unknown := products - set(PRODUCTS):
        raise ValueError(f"extractor {name!r} produces {sorted(unknown)}, which is none of {', '.join(PRODUCTS)}")
    declaration = Declaration(name, products, scheme, tuple(requires), install, tuple(trained_on), tuple(uses), tuple(environment))

    def declare(cls: _Class) -> _Class:
        if not callable(getattr(cls, "extract", None)) and not callable(getattr(cls, "extract_many", None)):
            raise TypeError(f"extractor {name!r}: class {cls.__name__} has no method extract(article)")
        cls.__extractor__ = declaration
        return cls

    return declare


def extract_all(model: Any, articles: Sequence[Article]) -> list[Extraction]:
    """The extractions of several articles, one each and in order, by ``extract_many`` where the model has it.

    How many ``extract_many`` gave is not checked here.
    """
    if hasattr(model, "extract_many"):
        return list(model.extract_many(articles))
    return [model.extract(article) for article in articles]


__all__ = ["PRODUCTS", "Declaration", "Document", "Extractor", "Product", "Unavailable", "Unsupported", "extract_all", "extractor"]
