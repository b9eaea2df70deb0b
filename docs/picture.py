"""Takes the pictures of README.md and of the guide as a fresh server shows them in a real Chromium.

``board.png`` is the built-in board, ``editing.png`` two people at work, ``desk.png`` the list of
all boards; those of the facilitator's guide are moments of one workshop. Run by
``python3 dev.py picture``, with names of pictures to take those alone.
"""

import asyncio
import io
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.async_api import Browser, Locator, Page, async_playwright

from tests.browser.pages import ON_PHONE, editable, ready, saved, until
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
# What people wrote in the workshop of the guide: frames, and the notes in them with their colours.
WORKSHOP: Final = "A street for everyone"
WRITTEN: Final = {
    "Getting there": (
        ("Level crossings", "blue"),
        ("A bus every ten minutes", "green"),
        ("Room for prams", "amber"),
        ("Signs that can be touched", "blue"),
    ),
    "Staying a while": (
        ("Benches with backs", "green"),
        ("More trees", "blue"),
        ("Free water", "red"),
        ("A table for chess", "amber"),
    ),
    "Being safe": (
        ("Light where it is dark", "red"),
        ("Slower cars", "green"),
        ("People who know each other", "amber"),
        ("Toilets that are open", "blue"),
    ),
}
CLUSTERS: Final = {"The way there": (0, 4), "For the body": (2, 5)}  # of ideas


async def opened(browser: Browser, address: str, name: str, height: int, **context: Any) -> Page:
    """A page of somebody who has a name, without the question for it."""
    window = {"viewport": {"width": WIDTH, "height": height}, "reduced_motion": "reduce"}
    person = await browser.new_context(**{**window, **context})
    page = await person.new_page()
    await page.add_init_script(f"localStorage.setItem('orientation-board/name', '{name}')")
    await page.goto(address)
    return page


async def keep(page: Page, name: str, *, exact: bool = False) -> None:
    """Take a page's picture when it has settled, in as few bytes as it needs.

    ``exact``: with all its tones, where small colours matter.
    """
    await page.evaluate("document.fonts.ready")
    await page.wait_for_timeout(SETTLE_MS)
    shot = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    if not exact:
        shot = shot.quantize(TONES, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    shot.save(HERE / name, optimize=True)


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


async def invited(browser: Browser, served: Served, title: str, role: str = "participant") -> str:
    """A share link of a board, as the desk gives it."""
    page = await opened(browser, served.links["desk"], "", 640)
    await page.get_by_role("link", name=title, exact=True).wait_for()
    return str(
        await page.evaluate(
            """([title, role]) => {
                const boards = [...desk.boards.value.values()];
                return desk.link(boards.find((board) => board.title === title).name, role);
            }""",
            [title, role],
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


async def make_workshop(browser: Browser, served: Served) -> None:
    """The board of the guide's workshop, with what its people wrote."""
    page = await opened(browser, served.links["desk"], "", 800)
    await page.get_by_role("button", name="New board").first.click()
    dialog = page.get_by_role("dialog", name="New board")
    await dialog.get_by_label("Title", exact=True).fill(WORKSHOP)
    await dialog.get_by_role("button", name="Create").click()
    await page.get_by_role("link", name=WORKSHOP, exact=True).wait_for()
    page = await opened(browser, await invited(browser, served, WORKSHOP), "Ben", 800)
    await editable(page)
    await page.evaluate(
        """(written) => {
            const { session } = board;
            const layer = session.active;
            Object.entries(written).forEach(([title, notes], at) => {
                const x = at * 470;
                session.edit([
                    { op: "node.create", id: session.fresh(), layer, kind: "frame", x, y: 0, w: 440,
                        h: 470, text: { title: { en: title } } },
                    ...notes.map(([words, color], place) => ({
                        op: "node.create", id: session.fresh(), layer, kind: "sticky", color,
                        x: x + 25 + (place % 2) * 205, y: 50 + (place >> 1) * 205, w: 185, h: 185,
                        text: { text: { en: words } },
                    })),
                ]);
            });
        }""",
        WRITTEN,
    )
    await saved(page)
    await page.context.close()


async def unfolded(page: Page, *titles: str) -> Locator:
    """The facilitator's panel, with these of its sections open and no others."""
    panel = page.locator("#workshop")
    for heading in await panel.locator("h3 button").all():
        wanted = (await heading.inner_text()).strip() in titles
        if wanted != (await heading.get_attribute("aria-expanded") == "true"):
            await heading.click()
    return panel


async def take_workshop(browser: Browser, served: Served) -> None:
    """Leading, gathering, voting by canvas and outline, results, and a scene on a phone."""
    await make_workshop(browser, served)
    to_lead = await invited(browser, served, WORKSHOP, "facilitator")
    to_join = await invited(browser, served, WORKSHOP)
    ada = await opened(browser, to_lead, "Ada", 800)
    ben = await opened(browser, to_join, "Ben", 720)
    dee = await opened(browser, to_join, "Dee", 720)
    phone = await opened(browser, to_join, "Cem", 844, **ON_PHONE)
    for page in (ada, ben, dee, phone):
        await editable(page)
    await ada.get_by_role("button", name="Workshop", exact=True).click()
    panel = await unfolded(ada, "Leading", "Agenda")
    await panel.get_by_role("button", name="Lead", exact=True).click()
    await unfolded(ada, "Links")
    await panel.get_by_role("button", name="Join screen for Participant link").click()
    await ada.locator(".join-code").wait_for()
    await keep(ada, "guide-join.png")
    await ada.keyboard.press("Escape")
    await unfolded(ada, "Agenda")
    await panel.get_by_role("button", name="Begin with a format").click()
    await ada.get_by_role("menuitem", name="Ideas and choice").click()
    await panel.get_by_role("button", name="Begin", exact=True).click()
    for _ in range(3):
        await panel.get_by_role("button", name="Next step", exact=True).click()
    await unfolded(ada, "Agenda")
    await until(ada, "document.querySelector('.toast') === null")
    await ada.evaluate("board.fit()")
    await keep(ada, "guide-leading.png")

    await ben.evaluate("board.fit()")
    await ben.locator(".canvas").focus()
    await ben.keyboard.press("Control+a")
    await ben.keyboard.press("Shift+A")
    await keep(ben, "guide-gather.png", exact=True)
    await ben.get_by_role("dialog").get_by_role("button", name="Close").click()
    await ben.evaluate("board.selectAll([])")

    await panel.get_by_role("button", name="End", exact=True).click()
    await unfolded(ada, "Voting")
    await panel.get_by_label("Question").fill("What do we take up first?")
    await panel.get_by_label("On what").select_option(label="Layer: Ideas")
    await panel.get_by_label("Votes for each person").fill("3")
    await panel.get_by_role("button", name="Open the round").click()
    for page, titles in (
        (ben, ("More trees", "Slower cars")),
        (dee, ("More trees", "Level crossings")),
    ):
        await page.evaluate("board.fit()")
        for title in titles:
            await page.get_by_role("button", name=f"Vote for {title}", exact=False).press("Enter")
    await ben.evaluate("document.activeElement.blur()")
    await keep(ben, "guide-voting.png")
    await dee.get_by_role("button", name="Outline", exact=True).click()
    await dee.get_by_role("treeitem", name="Level crossings").focus()
    await keep(dee, "guide-outline.png")
    await panel.get_by_role("button", name="Close the round").click()

    await unfolded(ada, "Scenes")
    form = ada.get_by_role("form", name="Title, note and description")
    for title, part in (("What we wrote", None), ("Staying a while", [460, -20, 460, 510])):
        if part is not None:
            await ada.evaluate("([x, y, w, h]) => board.look({ x, y, w, h })", part)
        await panel.get_by_role("button", name="Add what is seen now").click()
        await form.get_by_label("Title", exact=True).fill(title)
        await form.get_by_role("button", name="Save").click()
        await saved(ada)
    await panel.get_by_role("button", name="Present").click()
    await ada.locator(".presenting").get_by_role("button", name="Next").click()
    await keep(phone, "guide-phone.png")


async def main(chosen: list[str]) -> None:
    """Start a server on an empty folder, and take all pictures of it, or the chosen ones."""
    takes = {
        "board": take_board, "desk": take_desk, "editing": take_editing, "workshop": take_workshop,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        served = await start(Path(folder) / "data")
        try:
            async with async_playwright() as playwright:
                browser = await launch(playwright)
                if browser is None:
                    raise SystemExit("error: no Chromium was found")
                for name in chosen or takes:
                    await takes[name](browser, served)
                await browser.close()
        finally:
            await served.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
