"""The browser's types, made from the Python ones: ``python -m server.typescript``.

It writes into static/src/generated/: wire.ts (frames, operations and shapes), desk.ts (what the
desk asks and is told), constants.ts
(close codes, measures, limits, the themes) and palette.css (the tones by name, for pages). They
are committed, so that the browser's build needs no Python; a test fails when they are not
fresh. With ``--check`` nothing is written, and the exit status is 1 when something would change.

The types are read with msgspec.inspect. A field that has a default is optional, because the
wire leaves defaults out.
"""

import inspect as python_inspect
import json
import sys
import unicodedata
from pathlib import Path
from types import ModuleType
from typing import Any, Final, get_args

import msgspec
from msgspec import inspect

from board import limits, ops, roles
from layers import advances, palette, shapes
from server import api, protocol, questions

FOLDER: Final = Path(__file__).parent.parent / "static" / "src" / "generated"
HEAD: Final = (
    "// Made from the Python types by `python -m server.typescript`. Do not edit by hand.\n\n"
)
# the bounds that what is loaded first keeps to, and those of what is loaded later: a module goes
# with the first script that needs anything of it
LIMITS_FIRST: Final = (
    "ALT_CHARS_MAX", "COMMENT_CHARS_MAX", "COORDINATE_MAX", "DEPTH_MAX", "FRAME_BYTES_MAX",
    "HAVE_MAX", "LABEL_CHARS_MAX", "LAYERS_MAX", "NAME_CHARS_MAX", "NOTE_CHARS_MAX", "OPS_MAX",
    "POINT_MAX", "RATE_FRAMES_BURST", "RATE_FRAMES_S", "SILENCE_S", "STEPS_MAX", "TEXT_CHARS_MAX",
    "TITLE_CHARS_MAX", "UNDO_STEPS_MAX",
)  # fmt: skip
LIMITS_LATER: Final = (
    "DRAGGED_MAX", "GATHERED_MAX", "GRANTS_MAX", "HREF_CHARS_MAX", "IMAGE_BYTES_MAX",
    "IMAGE_PIXELS_MAX", "IMAGE_SIDE_MAX", "LAYER_DEPTH_MAX", "LINKS_MAX", "PASTE_CHARS_MAX",
    "PASTE_THINGS_MAX", "POINTED_MAX", "POINTS_MAX", "POLL_S", "PRESENCE_EXPIRES_S",
    "PRESENCE_HZ", "QUESTION_CHARS_MAX", "ROUND_NODES_MAX", "SCENES_MAX", "SEARCH_CHARS_MAX",
    "SELECTED_MAX", "SIZE_MAX", "SIZE_MIN", "TAGS_MAX", "TAG_CHARS_MAX", "TIMER_MS_MAX",
    "VOTES_MAX",
)  # fmt: skip
SIMPLE: Final[dict[type, str]] = {
    inspect.StrType: "string",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
    inspect.RawType: "Shape",  # a record that was encoded before: the only use of msgspec.Raw
}
Kinds = dict[type[msgspec.Struct], inspect.StructType]


def types() -> str:
    """The TypeScript of all frames, operations and shapes."""
    found: Kinds = {}
    for union in (shapes.Shape, ops.AnyOp, protocol.Inbound, protocol.Outbound):
        for member in get_args(union):
            _collect(inspect.type_info(member), found)
    parts = [_interface(kind) for kind in found.values()]
    parts.extend(
        _union(name, union)
        for name, union in (
            ("Shape", shapes.Shape),
            ("AnyOp", ops.AnyOp),
            ("AnyQuestion", questions.AnyQuestion),
            ("AnyResult", questions.AnyResult),
            ("Inbound", protocol.Inbound),
            ("Outbound", protocol.Outbound),
        )
    )
    known = " | ".join(json.dumps(role) for role in get_args(roles.Role))
    parts.append(f"export type Role = {known};\nexport type Least = Role | \"nobody\";\n")
    return HEAD + "\n".join(parts)


def desk() -> str:
    """The TypeScript of what the desk asks and is told."""
    found: Kinds = {}
    for kind in (
        api.DeskBoards, api.DeskMade, api.DeskTicket, api.NewBoard, api.BoardChange, api.BoardCopy,
        api.LinksRequest, api.ShareLinks, api.Problem,
    ):  # fmt: skip
        _collect(inspect.type_info(kind), found)
    imports = 'import type { Role } from "./wire.js";\n\n'
    return HEAD + imports + "\n".join(_interface(kind) for kind in found.values())


def people() -> str:
    """The TypeScript of how people are let in."""
    found: Kinds = {}
    _collect(inspect.type_info(api.JoinCode), found)
    return HEAD + "\n".join(_interface(kind) for kind in found.values())


def constants() -> str:
    """The TypeScript of the constants that the browser shares with the server from the first."""
    parts = [
        _constant("PROTOCOL", protocol.PROTOCOL),
        _constant("RANK", roles.RANK),
    ]
    parts.append(_constant("THEMES", {k: _plain(v) for k, v in palette.THEMES.items()}))
    parts.append(f"\n// {shapes.__name__}\n")
    parts.extend(_constant(name, value) for name, value in _finals(shapes))
    parts.append(f"\n// {limits.__name__}, as far as the browser keeps to them\n")
    return HEAD + "".join(parts) + _limits(LIMITS_FIRST)


def _limits(names: tuple[str, ...]) -> str:
    return "".join(_constant(name, getattr(limits, name)) for name in names)


def styles() -> str:
    """The CSS of the palette: the tones as custom properties of what has ``data-color``."""
    light = [_tone_rule(name, tone) for name, tone in palette.LIGHT.tones.items()]
    dark = ["  " + _tone_rule(name, tone) for name, tone in palette.DARK.tones.items()]
    head = HEAD.replace("//", "/*", 1).replace("\n", " */\n", 1)
    return head + "".join([*light, "\n@media (prefers-color-scheme: dark) {\n", *dark, "}\n"])


def files() -> dict[str, str]:
    """All that is made: file name -> content."""
    return {
        "wire.ts": types(),
        "desk.ts": desk(),
        "people.ts": people(),
        "constants.ts": constants(),
        "limits.ts": HEAD + _limits(LIMITS_LATER),
        "advances.ts": widths(),
        "palette.css": styles(),
    }


def widths() -> str:
    """The widths of text, for what foresees where the server will break a line."""
    runs = {weight: " ".join(held.split()) for weight, held in advances.RUNS.items()}
    lines = [
        f"export const UNITS_PER_EM = {advances.UNITS_PER_EM};",
        "// for each weight: the first code point of a run, a colon, and the advance of each",
        "export const RUNS = {",
        *(f"  {weight}: {json.dumps(held)}," for weight, held in runs.items()),
        "} as const;",
        "// where ranges of wide characters begin, and where they have ended, in turn",
        f"export const WIDE = {json.dumps(' '.join(f'{edge:x}' for edge in wide_edges()))};",
    ]
    return HEAD + "\n".join(lines) + "\n"


def wide_edges() -> list[int]:
    """The code points at which characters begin, or cease, to be wide (an ideograph's width)."""
    found: list[int] = []
    for point in range(sys.maxunicode + 1):
        wide = unicodedata.east_asian_width(chr(point)) in ("W", "F")
        if wide != bool(len(found) % 2):
            found.append(point)
    return found


def _tone_rule(name: str, tone: palette.Tone) -> str:
    properties = " ".join(f"--{field}: {value};" for field, value in tone._asdict().items())
    return f'[data-color="{name}"] {{ {properties} }}\n'


def _plain(value: Any) -> Any:
    """Named tuples as dictionaries, all the way down."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: _plain(held) for key, held in value.items()}
    return value


def _finals(module: ModuleType) -> list[tuple[str, Any]]:
    """The plain constants that a module itself defines, in its own order."""
    source = python_inspect.getsource(module)
    return [
        (name, value)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str | int | float | tuple | dict)
        if not name.startswith("_") and f"\n{name}: Final" in source
    ]


def _constant(name: str, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if len(text) > 80:
        text = json.dumps(value, ensure_ascii=False, indent=2)
    ending = " as const" if isinstance(value, dict | tuple) else ""
    return f"export const {name} = {text}{ending};\n"


def _collect(kind: inspect.Type, found: Kinds) -> None:
    """Add every struct that a type holds, each before those that it names."""
    match kind:
        case inspect.StructType(cls=cls, fields=fields):
            if cls not in found:
                found[cls] = kind
                for field in fields:
                    _collect(field.type, found)
        case inspect.UnionType(types=kinds) | inspect.TupleType(item_types=kinds):
            for each in kinds:
                _collect(each, found)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            _collect(item, found)
        case inspect.DictType(value_type=value):
            _collect(value, found)
        case inspect.Metadata(type=inner):
            _collect(inner, found)


def _interface(kind: inspect.StructType) -> str:
    summary = (kind.cls.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
    lines = [f"/** {summary} */", f"export interface {kind.cls.__name__} {{"]
    if kind.tag_field is not None:
        lines.append(f"  {kind.tag_field}: {json.dumps(kind.tag)};")
    for field in kind.fields:
        sign = ":" if field.required else "?:"
        lines.append(f"  {field.encode_name}{sign} {_type(field.type)};")
    return "\n".join([*lines, "}", ""])


def _union(name: str, union: Any) -> str:
    members = "".join(f"\n  | {member.__name__}" for member in get_args(union))
    return f"export type {name} ={members};\n"


def _type(kind: inspect.Type) -> str:
    match kind:
        case inspect.StructType(cls=cls):
            return cls.__name__
        case inspect.Metadata(type=inner):
            return _type(inner)
        case inspect.LiteralType(values=values):
            if set(values) == set(get_args(roles.Role)):
                return "Role"
            if set(values) == set(get_args(roles.Least)):
                return "Least"
            return " | ".join(json.dumps(value) for value in values)
        case inspect.UnionType(types=kinds):
            classes = {each.cls for each in kinds if isinstance(each, inspect.StructType)}
            if classes == set(get_args(ops.AnyOp)):
                return "AnyOp"
            return " | ".join(_type(each) for each in kinds if not _is_unset(each))
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            text = _type(item)
            return f"({text})[]" if " " in text else f"{text}[]"
        case inspect.TupleType(item_types=kinds):
            return "[" + ", ".join(_type(each) for each in kinds) + "]"
        case inspect.DictType(key_type=key, value_type=value):
            return f"Record<{_type(key)}, {_type(value)}>"
    simple = SIMPLE.get(type(kind))
    if simple is None:
        raise TypeError(f"no TypeScript for {kind!r}")
    return simple


def _is_unset(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.CustomType) and kind.cls is msgspec.UnsetType


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` only compare. Returns the exit status."""
    status = 0
    for name, text in files().items():
        path = FOLDER / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if "--check" in arguments:
            print(f"{name} is not fresh: run python -m server.typescript", file=sys.stderr)
            status = 1
        else:
            FOLDER.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
