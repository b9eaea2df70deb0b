"""Takes the pictures of README.md as a fresh server shows them in a real Chromium.

``board.png`` is the built-in board, ``editing.png`` two people at work, ``desk.png`` the list of
all boards. Run by ``python3 dev.py picture``.
"""

import asyncio
import io
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.pages import editable, ready, until
from tests.processes import Served, launch, start

HERE: Final = Path(__file__).resolve().parent
WIDTH: Final = 1280
SETTLE_MS: Final = 1_000  # for panels to open, and what is fitted beside them to be drawn
TONES: Final = 255  # of one picture: more are not seen, and make the file three times as large
# Boards that somebody might have, and the template of each.
BOARDS: Final = {
    "The harbour, step by step": "Now, next, later",
    "Who has a say": "Stakeholder map",
    "Retrospective, spring": "Retrospective",
    "A park for everyone": "Brainstorming and clusters",
}
IDEAS: Final = (
    "Shade on the way to school",
    "Benches all along",
    "Swings for wheelchairs",
    "Signs that can be touched",
    "Light where it is dark",
    "Free water",
)
CLUSTERS: Final = {"The way there": (0, 4), "For the body": (2, 5)}  # of ideas


async def opened(browser: Browser, address: str, name: str, height: int) -> Page:
    """A page of somebody who has a name, without the question for it."""
    person = await browser.new_context(viewport={"width": WIDTH, "height": height})
    page = await person.new_page()
    await page.add_init_script(f"localStorage.setItem('orientation-board/name', '{name}')")
    await page.goto(address)
    return page


async def keep(page: Page, name: str) -> None:
    """Take a page's picture when it has settled, in as few bytes as it needs."""
    await page.evaluate("document.fonts.ready")
    await page.wait_for_timeout(SETTLE_MS)
    shot = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    plain = shot.quantize(TONES, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    plain.save(HERE / name, optimize=True)


async def take_board(browser: Browser, served: Served) -> None:
    """The built-in board, as everybody may see it."""
    page = await opened(browser, served.board, "", 800)
    await page.get_by_role("button", name="Layers", exact=True).click()
    await ready(page)
    await keep(page, "board.png")


async def take_desk(browser: Browser, served: Served) -> None:
    """The desk, with a few boards on it."""
    page = await opened(browser, served.links["desk"], "", 800)
    for title, template in BOARDS.items():
        await page.get_by_role("button", name="New board").first.click()
        dialog = page.get_by_role("dialog", name="New board")
        await dialog.get_by_label("Title", exact=True).fill(title)
        await dialog.get_by_text(template, exact=True).click()
        await dialog.get_by_role("button", name="Create").click()
        await page.get_by_role("link", name=title, exact=True).wait_for()
    await page.evaluate("document.activeElement.blur()")
    await until(
        page,
        """document.querySelector('.toast') === null &&
        [...document.querySelectorAll('.desk-card img')].every((one) => one.naturalWidth > 0)""",
    )
    await keep(page, "desk.png")


async def invited(browser: Browser, served: Served, title: str) -> str:
    """The participants' share link of a board, as the desk gives it."""
    page = await opened(browser, served.links["desk"], "", 640)
    await page.get_by_role("link", name=title, exact=True).wait_for()
    return str(
        await page.evaluate(
            """(title) => {
                const boards = [...desk.boards.value.values()];
                return desk.link(boards.find((board) => board.title === title).name, "participant");
            }""",
            title,
        )
    )


async def middle(page: Page, words: str) -> tuple[float, float]:
    """Where the middle of the node is that says this, in the window."""
    x, y = await page.evaluate(
        """(words) => {
            const { session, canvas } = board;
            const [{ x, y, w, h }] = [...session.on].flatMap((id) => session.model.nodesOf(id))
                .filter(({ text = [] }) => text.join("") === words);
            const { left, top } = canvas.element.getBoundingClientRect();
            const [right, down] = canvas.camera.toWindow(x + w / 2, y + h / 2);
            return [left + right, top + down];
        }""",
        words,
    )
    return x, y


async def take_editing(browser: Browser, served: Served) -> None:
    """Two people on a board: one has selected a note, the other writes on another."""
    address = await invited(browser, served, "A park for everyone")
    ada = await opened(browser, address, "Ada", 720)
    ben = await opened(browser, address, "Ben", 720)
    for page in (ada, ben):
        await editable(page)
        await until(page, "board.together.value !== null")
    await ada.evaluate(
        """([ideas, clusters]) => {
            const { session } = board;
            const all = [...session.on].flatMap((id) => session.model.nodesOf(id));
            const notes = all.filter(({ kind }) => kind === "sticky");
            const frames = all.filter(({ id }) => id.startsWith("cluster-"));
            ideas.forEach((idea, at) => session.setText("node", notes[at].id, "text", idea));
            Object.entries(clusters).forEach(([title, members], at) => {
                const { id, x, y, w, h } = frames[at];
                session.setText("node", id, "title", title);
                members.forEach((idea, place) => session.edit([{
                    op: "node.set", id: notes[idea].id,
                    x: x + w * (place + 1) / 3 - notes[idea].w / 2 + (place - 0.5) * 40,
                    y: y + h / 2 - notes[idea].h / 2,
                }]));
            });
        }""",
        [list(IDEAS), CLUSTERS],
    )
    await ben.wait_for_timeout(SETTLE_MS)
    await ben.mouse.dblclick(*await middle(ben, IDEAS[-1]))
    await ben.keyboard.type(" ")
    await ada.mouse.click(*await middle(ada, IDEAS[1]))
    await keep(ada, "editing.png")


async def main() -> None:
    """Start a server on an empty folder, and take all pictures of it."""
    with tempfile.TemporaryDirectory() as folder:
        served = await start(Path(folder) / "data")
        try:
            async with async_playwright() as playwright:
                browser = await launch(playwright)
                if browser is None:
                    raise SystemExit("error: no Chromium was found")
                await take_board(browser, served)
                await take_desk(browser, served)
                await take_editing(browser, served)
                await browser.close()
        finally:
            await served.stop()


if __name__ == "__main__":
    asyncio.run(main())
