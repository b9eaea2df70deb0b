"""Make tests/frames/fit.json: texts that Python and the browser break into the same lines.

python -m tests.frames.make_fit
"""

import json
import random
from pathlib import Path
from typing import Any, get_args

from board.ops import ShapeName, TextSize
from layers import shapes
from layers.measure import balanced_lines, fit_node

PATH = Path(__file__).with_name("fit.json")

TEXTS = [
    "",
    "Word",
    "Urban equality",
    "A line\nand another\n\nand a third",
    "ends with a break\n",
    "carriage\r\nreturns\rand\u2028separators\x85here",
    "well-known and/or half-way, 2-3 or 1/2, -5 (a-b)",
    "em\u2014dashes \u2013 and\u2010hyphens",
    "  spaces   within \t and at the end   ",
    "no\u00a0break\u00a0spaces\u202fhere",
    "Donaudampfschifffahrtselektrizit\u00e4tenhauptbetriebswerkbauunterbeamtengesellschaft",
    "https://example.org/a-rather/long/path/that-goes/on?and=on&on",
    "\u6f22\u5b57\u304b\u306a\u4ea4\u3058\u308a\u6587\u3002\u300c\u62ec\u5f27\u300d\u3001\u8a18\u53f7\uff01",
    "\ud55c\uad6d\uc5b4 \ubb38\uc7a5\uacfc \ub099\uc790",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645",
    "emoji \U0001f600\U0001f44d\U0001f3fd and "
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 and \u2764\ufe0f",
    "n\u0303o\u0303 marks e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
    "\u0939\u093f\u0928\u094d\u0926\u0940 \u0935\u093e\u0915\u094d\u092f",
    "\u039a\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1 \u043c\u0438\u0440 \U00020000\U00020001",
]
WORDS = [
    "city", "equal-ity", "a/b", "the", "Planung", "\u6f22\u5b57", "(open)", "12-13",
    "na\u00efve", "\U0001f600", "water,",
]  # fmt: skip


def cases() -> list[dict[str, Any]]:
    """Every text in every kind of node, and some at random from a fixed seed."""
    chance = random.Random(21)
    nodes: list[dict[str, Any]] = []
    for text in TEXTS:
        for kind, w, h in (
            ("card", 208, 64),
            ("sticky", 160, 160),
            ("shape", 120, 80),
            ("text", 90, 40),
        ):
            nodes.append({"kind": kind, "w": w, "h": h, "title": text, "text": text})
    for _ in range(260):
        nodes.append(
            {
                "kind": chance.choice(("card", "sticky", "text", "shape", "frame", "image")),
                "w": round(chance.uniform(8, 500), 2),
                "h": round(chance.uniform(8, 400), 2),
                "text_size": chance.choice(get_args(TextSize)),
                "shape": chance.choice(get_args(ShapeName)),
                "title": " ".join(chance.choices(WORDS, k=chance.randrange(12))),
                "text": " ".join(chance.choices(WORDS, k=chance.randrange(40))),
            }
        )
    for node in nodes:
        title, text, font = fit_node(
            node["kind"], node["title"], node["text"], node["w"], node["h"],
            node.get("text_size"), node.get("shape"),
        )  # fmt: skip
        node["lines"] = {"title": title, "text": text, "font": font}
    return nodes


def labels() -> list[dict[str, Any]]:
    """Every text as the label of a relation."""
    return [
        {
            "text": text,
            "lines": balanced_lines(
                text, shapes.LABEL_WIDTH, shapes.LABEL_SIZE, shapes.TEXT_WEIGHT
            ),
        }
        for text in TEXTS
    ]


def written() -> str:
    """The text of the file, one case a line."""
    nodes = ",\n".join(json.dumps(case) for case in cases())
    named = ",\n".join(json.dumps(case) for case in labels())
    return f'{{"nodes": [\n{nodes}\n],\n"labels": [\n{named}\n]}}\n'


if __name__ == "__main__":
    PATH.write_text(written())
