"""The pages: templates of static/templates, filled with plain data.

Everything is escaped, and a name that a template uses and nobody gave is an error.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import quote

import jinja2
from msgspec import Struct

from layers.outline import Outline, OutlineLayer
from server.bundle import Assets

LANG = "en"  # of the interface


class BoardCard(Struct, frozen=True):
    """A public board in the list of the front page. ``lang`` is the language of its texts."""

    name: str
    title: str
    description: str
    lang: str


class Pages:
    """Renders the pages. ``folder`` holds the templates, ``assets`` is what each page loads."""

    def __init__(self, folder: Path, assets: Assets) -> None:
        self._assets = assets
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
        )

    def home(self, boards: list[BoardCard]) -> str:
        """The front page."""
        return self._render("home.html", boards=boards)

    def shell(self, name: str) -> str:
        """A board's page without anything of the board."""
        return self._render(
            "board.html", name=name, public=False, lang=LANG, outline=None, toggle=None
        )

    def board(self, name: str, outline: Outline) -> str:
        """A public board's page, with its outline."""
        layers = {layer.id: layer for layer in _all(outline.layers)}
        parents = {child.id: layer.id for layer in layers.values() for child in layer.layers}
        on = [layer.id for layer in layers.values() if layer.on]

        def toggle(id: str) -> str:
            return query(toggled(id, on, parents))

        return self._render(
            "board.html",
            name=name,
            public=True,
            lang=outline.lang,
            outline=outline,
            toggle=toggle,
        )

    def message(self, status: int, title: str, message: str) -> str:
        """A page with one message."""
        return self._render("message.html", status=status, title=title, message=message)

    def join(self, typed: str, problem: str, chars: int) -> str:
        """The page at which a join code is typed; ``problem``: why the last one was none."""
        return self._render("join.html", typed=typed, problem=problem, chars=chars)

    def _render(self, template: str, **context: object) -> str:
        return self._environment.get_template(template).render(assets=self._assets, **context)


def toggled(id: str, on: Collection[str], parents: dict[str, str]) -> list[str]:
    """The layers that are on when one was switched; with it go on the groups that hold it."""
    if id in on:
        return [each for each in on if each != id]
    opened = [id]
    while opened[-1] in parents:
        opened.append(parents[opened[-1]])
    return [*on, *(each for each in reversed(opened) if each not in on)]


def query(layers: Collection[str]) -> str:
    """The query of a page that shows these layers."""
    return "layers=" + ",".join(quote(id, safe="") for id in layers)


def layers_of(value: str) -> frozenset[str]:
    """The layers that the parameter ``layers`` of a query names."""
    return frozenset(id for id in value.split(",") if id)


def _all(layers: list[OutlineLayer]) -> Iterator[OutlineLayer]:
    for layer in layers:
        yield layer
        yield from _all(layer.layers)
