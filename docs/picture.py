"""Takes docs/board.png: the built-in board, as a fresh server shows it in a real Chromium.

Run by ``python3 dev.py picture``.
"""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from tests.processes import launch, start

TARGET = Path(__file__).resolve().parent / "board.png"
SETTLE_MS = 1_000  # for the panel to open and the board to fit beside it


async def main() -> None:
    """Start a server on an empty folder, open the public board, take its picture."""
    with tempfile.TemporaryDirectory() as folder:
        served = await start(Path(folder) / "data")
        try:
            async with async_playwright() as playwright:
                browser = await launch(playwright)
                if browser is None:
                    raise SystemExit("error: no Chromium was found")
                page = await browser.new_page(viewport={"width": 1280, "height": 800})
                await page.goto(served.board)
                await page.get_by_role("button", name="Layers", exact=True).click()
                await page.wait_for_function("window.board.ready.value")
                await page.evaluate("document.fonts.ready")
                await page.wait_for_timeout(SETTLE_MS)
                await page.screenshot(path=TARGET)
                await browser.close()
        finally:
            await served.stop()


if __name__ == "__main__":
    asyncio.run(main())
