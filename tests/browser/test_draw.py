"""All kinds of nodes and relations on the canvas, in a real Chromium: tests/layers/kinds.py."""

import json
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from layers.palette import THEMES
from layers.stream import project
from tests.browser.conftest import Served
from tests.browser.pages import Visits, opened, until
from tests.browser.test_canvas import settled, trial
from tests.layers.kinds import kinds

__all__ = ["trial"]


def changes() -> list[dict[str, Any]]:
    """The demonstration board, as the browser is sent it."""
    board = kinds()
    streams = [f"{kind}/{layer}" for layer in board.layers for kind in ("head", "body")]
    return [
        {"stream": stream, "put": json.loads(msgspec.json.encode(project(board, stream)))}
        for stream in [*streams, *sorted(board.pairs)]
    ]


@pytest_asyncio.fixture(loop_scope="session", params=["light", "dark"])
async def page(
    chromium: Browser, trial: Any, request: pytest.FixtureRequest
) -> AsyncIterator[Page]:
    """A page with the board as ``t``, in one appearance."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    host = '<div id="host" style="position: relative; width: 1280px; height: 800px"></div>'
    await page.set_content(f'<body style="margin: 0">{host}')
    await page.add_script_tag(path=trial)
    await page.evaluate(
        """([changes, mode]) => {
            window.mode = mode;
            window.t = new trial.Trial(document.getElementById("host"), mode, changes);
            window.at = (id, across, down) => {
                const slot = t.scene.nodeSlot(id);
                const { x, y, w, h, angle = 0 } = t.scene.nodes[slot];
                const turn = angle * Math.PI / 180;
                const [dx, dy] = [(across - 0.5) * w, (down - 0.5) * h];
                return [
                    x + w / 2 + dx * Math.cos(turn) - dy * Math.sin(turn),
                    y + h / 2 + dx * Math.sin(turn) + dy * Math.cos(turn),
                ];
            };
            window.pixel = (x, y) => {
                t.canvas.showViewport([x - 320, y - 200, 640, 400]);
                t.rest();
                const { data, width } = t.canvas.picture.pixels();
                const [left, top] = t.canvas.camera.toWindow(x, y).map(Math.floor);
                const pixel = 4 * (top * width + left);
                return "#" + [...data.slice(pixel, pixel + 3)]
                    .map((value) => value.toString(16).padStart(2, "0")).join("");
            };
        }""",
        [changes(), request.param],
    )
    await settled(page)
    yield page
    await context.close()
    assert errors == []


async def color(page: Page, id: str, across: float, down: float) -> str:
    """The colour at a point of a node's box, each from 0 to 1 across it."""
    return str(await page.evaluate("([id, x, y]) => pixel(...at(id, x, y))", [id, across, down]))


async def test_CV20_each_kind_is_drawn_in_its_tone(page: Page) -> None:
    """CV20: paper, tint, outline, frame's ground, placeholder and line, turned where they are."""
    theme = THEMES[await page.evaluate("mode")]
    tones = theme.tones
    for name, tone in tones.items():
        assert await color(page, f"paper-{name}", 0.08, 0.08) == tone.paper
    for turned_sticky, name in (("sticky1", "pink"), ("sticky2", "green"), ("sticky5", "orange")):
        for corner in ((0.04, 0.04), (0.96, 0.04), (0.96, 0.96), (0.04, 0.96)):
            assert await color(page, turned_sticky, *corner) == tones[name].paper
    assert await color(page, "shape-ellipse", 0.5, 0.2) == tones["orange"].tint
    frame = await color(page, "frame", 0.5, 0.02)
    assert frame not in (theme.background, theme.card)
    assert await color(page, "shape-ellipse", 0.03, 0.03) == frame, "beside the ellipse"
    assert await color(page, "shape-star", 0.5, 0.95) == frame, "between two rays"
    assert await color(page, "image", 0.06, 0.06) == tones["slate"].tint
    assert await color(page, "turned", 0.5, 0.15) == tones["teal"].tint
    assert await color(page, "heading", 0.99, 0.02) == theme.background, "a text has no box"
    assert await color(page, "drawing", 0.5, 0.1) == theme.background
    inked = await page.evaluate(
        """() => {
            const points = t.scene.nodes[t.scene.nodeSlot("drawing")].points;
            const middle = (i) => (points[i] + points[i + 2]) / 20000; // the line runs through it
            return pixel(...at("drawing", middle(14), middle(15)));
        }"""
    )
    assert inked == tones["red"].bar


async def test_CV20_a_picture_takes_the_place_of_its_placeholder(page: Page) -> None:
    """CV20: what the painter is given for an image is drawn once the scene hears of it."""
    await page.evaluate(
        """() => {
            const canvas = document.createElement("canvas");
            canvas.width = canvas.height = 8;
            const ctx = canvas.getContext("2d");
            ctx.fillStyle = "#123456";
            ctx.fillRect(0, 0, 8, 8);
            t.canvas.painter.picture = (record, width) => record.image && width > 0 ? canvas : null;
            const record = t.scene.nodes[t.scene.nodeSlot("image")];
            const image = { ...record, image: "a".repeat(32) };
            t.scene.apply([{ stream: "body/things", put: [image] }]);
            t.scene.redraw(["image"]);
            t.canvas.changed();
        }"""
    )
    assert await color(page, "image", 0.5, 0.5) == "#123456"


async def test_CV20_the_ground_of_a_frame_lies_below_everything(page: Page) -> None:
    """CV20: a frame that is the last in its layer leaves what lies in it as it was."""
    before = await color(page, "shape-ellipse", 0.5, 0.2)
    line = await page.evaluate(
        """() => {
            const [x, y] = t.scene.pointOn(t.scene.relationSlot("r5"), 0.5);
            const before = pixel(x, y);
            const record = t.scene.nodes[t.scene.nodeSlot("frame")];
            t.scene.apply([{ stream: "body/things", put: [{ ...record, key: "zzzz" }] }]);
            t.canvas.changed();
            return [before, pixel(x, y)];
        }"""
    )
    assert await color(page, "shape-ellipse", 0.5, 0.2) == before
    assert line[0] == line[1]


async def test_CV21_text_is_drawn_as_text_from_six_pixels(page: Page) -> None:
    """CV21: a heading is read from far, where a small text is bars; a card shows its tags."""
    drawn = """zoom => {
        const said = [];
        const { prototype } = CanvasRenderingContext2D;
        const own = prototype.fillText;
        prototype.fillText = function (text, ...rest) {
            said.push(text.trim());
            own.call(this, text, ...rest);
        };
        t.canvas.fit();
        t.canvas.zoomBy(zoom / t.canvas.zoom());
        t.canvas.picture.forget();
        t.rest();
        prototype.fillText = own;
        return said;
    }"""
    near = await page.evaluate(drawn, 0.6)
    assert {"One of everything", "Rectangle", "policy", "fixed", "Yes!"} <= set(near)
    far = await page.evaluate(drawn, 0.3)
    assert "One of everything" in far
    assert "Yes!" in far
    assert "Rectangle" not in far
    assert "policy" not in far
    assert "How a proposal becomes a rule" in far, "a frame's title"


async def test_CV16_what_is_selected_is_ringed_as_it_is_turned(page: Page) -> None:
    """CV16: the ring of a turned node lies along its own edges."""
    ring = await page.evaluate(
        """() => {
            t.canvas.showViewport([560, -100, 640, 400]);
            t.select({ kind: "node", id: "turned" });
            t.rest();
            const overlay = [...document.querySelectorAll("#host canvas")].at(-1);
            const ctx = overlay.getContext("2d");
            const { k, originX, originY } = t.canvas.camera;
            const alpha = (x, y) => {
                const [left, top] = t.canvas.camera.toWindow(x, y).map(Math.round);
                const { data } = ctx.getImageData(left - 4, top - 4, 8, 8);
                return Math.max(...data.filter((_, i) => i % 4 === 3));
            };
            return [alpha(...at("turned", 0.5, -0.02)), alpha(...at("turned", 0.5, 0.3))];
        }"""
    )
    assert ring[0] == 255
    assert ring[1] == 0


async def test_CV20_a_page_paints_a_sticky_that_somebody_else_makes(
    served: Served, visit: Visits
) -> None:
    """CV20: a page loads what paints other kinds when the first of them comes, and not before."""
    reader = await opened(visit, served.links["viewer"])
    maker = await opened(visit, served.links["participant"])
    await until(maker, "board.editor.value !== null")
    loaded = "board.canvas.painter.signs !== null"
    before = await reader.evaluate(loaded)
    box = await maker.evaluate(
        """() => {
            const { x, y, w } = board.scene.bounds();
            const layer = [...board.session.on].find((id) => board.session.canWrite(id));
            const id = board.session.fresh();
            const text = { text: { en: "From far away" } };
            const op = { op: "node.create", id, layer, kind: "sticky", color: "amber", text };
            const box = { x: Math.round(x + w + 100), y: Math.round(y), w: 160, h: 160 };
            board.session.edit([{ ...op, ...box }]);
            return { id, ...box };
        }"""
    )
    await until(reader, "id => board.scene.nodeBox(id) !== null", box["id"])
    await reader.evaluate(
        "({ x, y, w, h }) => board.canvas.showViewport([x - w, y - h, 3 * w, 3 * h])", box
    )
    await until(reader, loaded)
    painted = """({ x, y }) => {
        const canvas = board.canvas;
        while (!canvas.draw(true));
        const { data, width } = canvas.picture.pixels();
        const { camera } = canvas;
        const window = camera.toWindow(x + 8, y + 8);
        const [left, top] = window.map((at) => Math.floor(at * camera.ratio));
        const pixel = 4 * (top * width + left);
        return "#" + [...data.slice(pixel, pixel + 3)]
            .map((value) => value.toString(16).padStart(2, "0")).join("");
    }"""
    assert await reader.evaluate(painted, box) == THEMES["light"].tones["amber"].paper
    assert not before
