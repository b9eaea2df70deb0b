"""The canvas in a real Chromium, on a page of its own: static/src/canvas/trial.ts."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

import bundle

HOST = "width: 800px; height: 600px"
Boards = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script of the page."""
    script = tmp_path_factory.mktemp("canvas") / "trial.js"
    arguments = ("build.mjs", "script", "src/canvas/trial.ts", str(script))
    assert bundle.run_node(bundle.find_node(), *arguments) == 0
    return script


@pytest_asyncio.fixture(loop_scope="session")
async def board(chromium: Browser, trial: Path) -> AsyncIterator[Boards]:
    """Open a random board as ``t``: ``await board(cards, layers, relations, seed, **context)``."""
    pages: list[Page] = []
    errors: list[str] = []

    async def begin(
        cards: int = 40,
        layers: int = 4,
        relations: int = 40,
        seed: int = 1,
        all: bool = False,
        **context: Any,
    ) -> Page:
        person = await chromium.new_context(viewport={"width": 1000, "height": 700}, **context)
        page = await person.new_page()
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.set_content(
            f'<body style="margin: 0"><div id="host" style="position: relative; {HOST}"></div>'
        )
        await page.add_script_tag(path=trial)
        await page.evaluate(
            """given => {
                window.t = new trial.Trial(
                    document.getElementById("host"), "light", trial.board(...given));
                t.said = [];
                t.canvas.onSelect((hit) => t.said.push(hit && hit.id));
            }""",
            [cards, layers, relations, seed, all],
        )
        await settled(page)
        return page

    yield begin
    for page in pages:
        await page.context.close()
    assert errors == []


async def settled(page: Page) -> None:
    """Let the page lay out, and paint all there is to paint."""
    await page.evaluate("async () => { await t.frames(2); t.rest(); }")


async def view(page: Page) -> list[float]:
    """The viewport, in board units: x, y, w, h."""
    return [float(number) for number in await page.evaluate("t.canvas.viewport()")]


async def middle_of(page: Page, id: str) -> tuple[float, float]:
    """The middle of a node, in CSS pixels of the page."""
    x, y = await page.evaluate(
        """id => {
            const { x, y, w, h } = t.scene.nodeBox(id);
            return t.canvas.camera.toWindow(x + w / 2, y + h / 2);
        }""",
        id,
    )
    return float(x), float(y)


@pytest.mark.parametrize(
    ("cards", "layers", "relations", "ratio", "steps", "all"),
    [
        (75, 3, 90, 1.0, 200, False), (60, 3, 60, 2.0, 60, True), (60, 3, 60, 1.5, 60, False),
        (75, 3, 90, 1.0, 200, True), (1500, 6, 1500, 1.0, 150, False),
        (1500, 6, 1500, 1.0, 100, True),
    ],
)  # fmt: skip
async def test_CV12_the_picture_equals_a_full_one_after_any_steps(
    board: Boards, cards: int, layers: int, relations: int, ratio: float, steps: int, all: bool
) -> None:
    """CV12: after each of many random steps the window equals one painted anew, every pixel:
    with cards, and with all kinds of nodes, turned, with all lines and heads."""
    page = await board(cards, layers, relations, steps, all, device_scale_factor=ratio)
    ran = await page.evaluate("([steps, seed]) => t.run(steps, seed)", [steps, steps])
    assert ran["bad"] == []
    steps_meant = {"pan", "zoom", "move", "create", "toggle", "text", "header", "kind", "turn"}
    assert steps_meant <= set(ran["taken"])


def card(id: str, x: float, y: float, title: str = "") -> dict[str, Any]:
    return {"id": id, "key": "V", "x": x, "y": y, "w": 220, "h": 64, "title": [title]}


def header(id: str, title: str = "") -> dict[str, Any]:
    record = {"id": id, "key": id, "parent": None, "title": title, "color": "red"}
    return {"stream": f"head/{id}", "put": [record | {"published": True}]}


async def shown(page: Page, changes: list[dict[str, Any]], zoom: float) -> None:
    """Show another board, its origin 20 pixels from the window's corner."""
    await page.evaluate(
        """([changes, zoom]) => {
            t.canvas.destroy();
            window.t = new trial.Trial(document.getElementById("host"), "light", changes);
            t.canvas.zoomBy(zoom / t.canvas.zoom());
            const [x, y] = t.canvas.viewport();
            t.canvas.panBy(-20 - x * zoom, -20 - y * zoom);
            t.rest();
        }""",
        [changes, zoom],
    )


async def differs(page: Page, changes: list[dict[str, Any]]) -> int:
    """Pixels by which the picture differs from one painted anew, after these changes."""
    return int(
        await page.evaluate(
            """changes => {
                t.scene.apply(changes);
                t.canvas.changed();
                return t.compare().pixels;
            }""",
            changes,
        )
    )


async def test_CV12_a_label_gives_way_as_a_whole(board: Boards) -> None:
    """CV12: a card that comes to lie on one end of a label is painted, and the label goes."""
    page = await board()
    relation = {"id": "r", "source": "a", "target": "b", "label": ["a label so long"]}
    away = card("c", 150, 300)
    cards = [card("a", 60, 100), card("b", 744, 100), card("top", 960, 0), card("low", 60, 500)]
    changes = [
        header("a"),
        {"stream": "body/a", "put": [*cards, away]},
        {"stream": "pair/a/a", "put": [relation]},
    ]
    await shown(page, changes, 1.0)
    plate = """() => {
        const { painter, camera, picture } = t.canvas;
        const { left, top, right, bottom } = painter.plateOf(t.scene.relationSlot("r"), camera, 1);
        const { data, width } = picture.pixels();
        const y = Math.floor((top + bottom) / 2) - camera.originY;
        const pixel = 4 * (y * width + right - 5 - camera.originX);
        return [left, top, right, bottom, data[pixel]];
    }"""
    left, top, right, bottom, white = await page.evaluate(plate)
    assert left < 490 < 512 < right, "the label crosses the edge of a tile"
    there = card("c", 490 - 220, (top + bottom) / 2 - 32)
    assert await differs(page, [{"stream": "body/a", "put": [there]}]) == 0
    assert (await page.evaluate(plate))[4] < white, "the label's other end has gone, too"
    assert await differs(page, [{"stream": "body/a", "put": [away]}]) == 0
    assert (await page.evaluate(plate))[4] == white


async def test_CV19_a_label_leaves_its_line_to_be_seen(board: Boards) -> None:
    """CV19: a label that would take all of its line is left out; on a longer line it is drawn."""
    page = await board()
    relation = {"id": "r", "source": "a", "target": "b", "label": ["a label so long"]}
    labels = """() => {
        const { painter, camera } = t.canvas;
        let drawn = 0;
        const paint = painter.paintLabel.bind(painter);
        painter.paintLabel = (...all) => { drawn += 1; paint(...all); };
        t.canvas.picture.forget();
        t.rest();
        const painted = drawn;
        t.canvas.select({ kind: "relation", id: "r" });
        t.rest();
        return [painted > 0, drawn > painted];
    }"""
    for gap, wanted in ((60, False), (300, True)):
        cards = [card("a", 60, 100), card("b", 60 + 220 + gap, 100), card("low", 60, 500)]
        changes = [
            header("a"),
            {"stream": "body/a", "put": cards},
            {"stream": "pair/a/a", "put": [relation]},
        ]
        await shown(page, changes, 1.0)
        assert await page.evaluate(labels) == [wanted, wanted]


async def test_CV12_a_title_that_gives_way_is_painted_anew(board: Boards) -> None:
    """CV12: a region's longer title makes its neighbour's smaller, in another tile too."""
    page = await board()
    changes = [
        header("a", "Aa"), {"stream": "body/a", "put": [card("a", 2280, 600)]},
        header("b", "Other stakeholders"), {"stream": "body/b", "put": [card("b", 2640, 600)]},
    ]  # fmt: skip
    await shown(page, changes, 0.2)
    its = """() => {
        const titles = t.canvas.painter.titlesAt(t.canvas.zoom());
        const title = titles.find(({ region }) => region.layer === "b");
        return title ? [title.size, title.left, title.right] : null;
    }"""
    before = await page.evaluate(its)
    assert before[1] < 512 + 8, "it lies in the tile beside, close to the edge"
    assert await differs(page, [header("a", "Administrations")]) == 0
    assert await page.evaluate(its) != before, "it has given way"


async def test_CV12_a_shade_goes_on_in_the_next_tile(board: Boards) -> None:
    """CV12: what is painted just beyond a card's edge is there when that is a tile's edge too."""
    page = await board()
    changes = [
        header("a"),
        {"stream": "body/a", "put": [card("a", 60, 255 - 64), card("b", 60, 400)]},
    ]
    await shown(page, changes, 1.0)
    below = """(y) => {
        const { data, width } = t.canvas.picture.pixels();
        const { originX, originY } = t.canvas.camera;
        const at = 4 * ((y - originY) * width + 160 - originX);
        return [...data.slice(at, at + 3)];
    }"""
    assert await page.evaluate(below, 256) == await page.evaluate(below, 465)
    assert await page.evaluate(below, 256) != await page.evaluate(below, 266)


async def test_CV12_the_comparison_sees_what_was_not_painted(board: Boards) -> None:
    """CV12: a card that changes behind the picture's back is a difference."""
    page = await board()
    differs = await page.evaluate(
        """() => {
            const equal = t.compare().pixels;
            const [slot] = t.scene.nodesIn(-1e6, -1e6, 1e6, 1e6);
            t.scene.nodeTone[slot] = t.scene.nodeTone[slot] === 1 ? 2 : 1;
            return [equal, t.compare().pixels];
        }"""
    )
    assert differs[0] == 0
    assert differs[1] > 10


async def test_CV12_the_picture_is_no_blank(board: Boards) -> None:
    """CV12: what is painted shows cards, panels, lines and text: many colours, at every level."""
    page = await board(1500, 12, 1500, 5)
    for zoom in (1.0, 0.5, 0.3, 0.12, 0.05):
        colors = await page.evaluate(
            """zoom => {
                t.canvas.fit();
                t.canvas.zoomBy(zoom / t.canvas.zoom());
                t.canvas.draw(true);
                return new Set(new Uint32Array(t.canvas.picture.pixels().data.buffer)).size;
            }""",
            zoom,
        )
        assert colors > (20 if zoom > 0.1 else 5), zoom


async def test_CV13_panning_within_what_is_painted_paints_nothing(board: Boards) -> None:
    """CV13: a pan inside the margin moves the canvas; a longer one paints only new tiles."""
    page = await board(400, 8, 400)
    await page.evaluate("() => { t.canvas.zoomBy(0.5 / t.canvas.zoom()); t.rest(); }")
    tiles = "t.canvas.picture.work.tiles"
    before = await page.evaluate(tiles)
    await page.evaluate("() => { t.canvas.panBy(60, 40); t.rest(); }")
    assert await page.evaluate(tiles) == before
    await page.evaluate("() => { t.canvas.panBy(400, 0); t.rest(); }")
    fresh = await page.evaluate(tiles) - before
    rows = 600 // 256 + 1 + 2
    assert 0 < fresh <= 2 * rows


async def test_CV13_an_edit_paints_its_tiles_and_a_toggle_paints_once(board: Boards) -> None:
    """CV13: moving a card paints the tiles that it touches; a toggle the window, once."""
    page = await board(400, 8, 0)
    await page.evaluate("() => { t.canvas.zoomBy(0.7 / t.canvas.zoom()); t.rest(); }")
    tiles = "t.canvas.picture.work.tiles"
    before = await page.evaluate(tiles)
    await page.evaluate("() => { t.move(0); t.rest(); }")
    edit = await page.evaluate(tiles) - before
    assert 0 < edit <= 6
    all_tiles = (800 // 256 + 1 + 2) * (600 // 256 + 1 + 2)
    before = await page.evaluate(tiles)
    await page.evaluate("() => { t.toggle('layer-0', false); t.rest(); }")
    assert await page.evaluate(tiles) - before == all_tiles


async def test_CV15_a_drag_pans_and_is_no_tap(board: Boards) -> None:
    """CV15: a drag moves the board with the pointer, pixel for pixel, and selects nothing."""
    page = await board()
    zoom = await page.evaluate("t.canvas.zoom()")
    x, y, _, _ = await view(page)
    await page.mouse.move(400, 300)
    await page.mouse.down()
    await page.mouse.move(430, 320, steps=4)
    await page.mouse.move(350, 330, steps=4)
    await page.mouse.up()
    moved_x, moved_y, _, _ = await view(page)
    assert moved_x == pytest.approx(x + 50 / zoom, abs=1 / zoom)
    assert moved_y == pytest.approx(y - 30 / zoom, abs=1 / zoom)
    assert await page.evaluate("t.said") == []


async def test_CV15_a_wheel_zooms_about_the_pointer(board: Boards) -> None:
    """CV15: what is under the pointer stays there while a wheel that clicks zooms."""
    page = await board()
    there = "t.canvas.camera.toBoard(200, 150)"
    before = await page.evaluate(there)
    zoom = await page.evaluate("t.canvas.zoom()")
    await page.mouse.move(200, 150)
    await page.mouse.wheel(0, -120)
    await page.wait_for_function("zoom => t.canvas.zoom() > zoom", arg=zoom)
    assert await page.evaluate(there) == pytest.approx(before, abs=0.01)


async def test_CV15_two_fingers_on_a_touchpad_pan(board: Boards) -> None:
    """CV15: a wheel event that flows pans, and with ctrl zooms."""
    page = await board()
    zoom = await page.evaluate("t.canvas.zoom()")
    x, y, _, _ = await view(page)
    await page.mouse.move(200, 150)
    await page.mouse.wheel(13, 17)
    await page.wait_for_function("x => t.canvas.viewport()[0] > x", arg=x)
    moved_x, moved_y, _, _ = await view(page)
    assert (moved_x - x) * zoom == pytest.approx(13, abs=1)
    assert (moved_y - y) * zoom == pytest.approx(17, abs=1)
    assert await page.evaluate("t.canvas.zoom()") == zoom
    await page.wait_for_timeout(300)
    await page.keyboard.down("Control")
    await page.mouse.wheel(0, -13)
    await page.keyboard.up("Control")
    await page.wait_for_function("zoom => t.canvas.zoom() > zoom", arg=zoom)


async def test_CV15_a_pinch_zooms_and_one_finger_pans(board: Boards) -> None:
    """CV15: two fingers that part zoom in by how far they part, about their middle."""
    page = await board(has_touch=True)
    session = await page.context.new_cdp_session(page)

    async def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    zoom = await page.evaluate("t.canvas.zoom()")
    there = "t.canvas.camera.toBoard(400, 300)"
    before = await page.evaluate(there)
    await touch("touchStart", (350, 300))
    await touch("touchStart", (350, 300), (450, 300))
    for apart in (60, 75, 90, 100):
        await touch("touchMove", (400 - apart, 300), (400 + apart, 300))
    await touch("touchEnd")
    assert await page.evaluate("t.canvas.zoom()") == pytest.approx(2 * zoom, rel=0.05)
    assert await page.evaluate(there) == pytest.approx(before, abs=12 / zoom)
    x, _, _, _ = await view(page)
    await touch("touchStart", (300, 300))
    for at in (320, 360, 400):
        await touch("touchMove", (at, 300))
    await touch("touchEnd")
    moved, _, _, _ = await view(page)
    assert (x - moved) * 2 * zoom == pytest.approx(100, abs=12)
    assert await page.evaluate("t.said") == []


async def test_CV16_a_tap_selects_and_the_picture_stays(board: Boards) -> None:
    """CV16: a tap on a card selects it, one beside clears; what lies below stays as it is."""
    page = await board()
    picture = "Array.from(t.canvas.picture.pixels().data).reduce((a, b) => (a * 31 + b) | 0, 7)"
    plain = await page.evaluate(picture)
    id = await page.evaluate("t.scene.nodes[t.scene.nodesIn(-1e6, -1e6, 1e6, 1e6)[0]].id")
    overlay = page.locator("#host canvas").last
    assert not await overlay.is_visible()
    await page.mouse.click(*await middle_of(page, id))
    await page.mouse.move(5, 590)
    assert await page.evaluate("t.said") == [id]
    await settled(page)
    assert await overlay.is_visible()
    inked = """() => {
        const overlay = [...document.querySelectorAll('#host canvas')].at(-1);
        const { data } = overlay.getContext('2d').getImageData(0, 0, overlay.width, overlay.height);
        let veiled = 0;
        for (let i = 3; i < data.length; i += 4) veiled += data[i] > 0 ? 1 : 0;
        return veiled / (data.length / 4);
    }"""
    assert 0.5 < await page.evaluate(inked) < 1
    assert await page.evaluate(picture) == plain
    await page.wait_for_timeout(400)  # longer than a double click
    await page.mouse.click(3, 597)
    await settled(page)
    assert await page.evaluate("t.said") == [id, None]
    assert not await overlay.is_visible()


async def test_CV16_a_double_click_zooms_in(board: Boards) -> None:
    """CV16: two quick taps at one place zoom in by two, about it."""
    page = await board()
    zoom = await page.evaluate("t.canvas.zoom()")
    await page.mouse.dblclick(400, 300)
    assert await page.evaluate("t.canvas.zoom()") == pytest.approx(2 * zoom)


async def test_CV17_the_board_stays_fitted_until_it_is_moved(board: Boards) -> None:
    """CV17: a fitted board follows the window's size; once moved it keeps its zoom and middle."""
    page = await board()
    host = "document.getElementById('host').style"
    whole = await page.evaluate("t.scene.bounds()")
    await page.evaluate(f"() => {{ {host}.width = '420px'; }}")
    await settled(page)
    x, _, w, _ = await view(page)
    assert x <= whole["x"] and x + w >= whole["x"] + whole["w"]
    await page.evaluate("() => { t.canvas.zoomBy(2); }")
    zoom = await page.evaluate("t.canvas.zoom()")
    before = await view(page)
    await page.evaluate(f"() => {{ {host}.width = '700px'; }}")
    await settled(page)
    x, _, w, _ = await view(page)
    assert await page.evaluate("t.canvas.zoom()") == zoom
    assert x + w / 2 == pytest.approx(before[0] + before[2] / 2, abs=2 / zoom)
    assert w == pytest.approx(700 / zoom)


async def test_CV17_the_page_is_told_of_the_view_once_a_frame(board: Boards) -> None:
    """CV17: onViewport speaks once a frame, with the last view; destroy leaves nothing behind."""
    page = await board()
    told = await page.evaluate(
        """async () => {
            const told = [];
            t.canvas.onViewport((viewport) => told.push(viewport));
            for (let i = 0; i < 5; i++) t.canvas.panBy(10, 0);
            await t.frames(3);
            return [told, t.canvas.viewport()];
        }"""
    )
    assert told[0] == [told[1]]
    assert await page.evaluate("() => { t.canvas.destroy(); return host.childElementCount; }") == 0
