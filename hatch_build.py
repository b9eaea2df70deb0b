"""The build hook: a wheel or an editable install always has the browser's bundle."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def load_bundle(root: str) -> ModuleType:
    """The module bundle.py beside this file: the folder of a build is not on Python's path."""
    spec = importlib.util.spec_from_file_location("bundle", Path(root, "bundle.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its module up by name.
    sys.modules["bundle"] = module
    spec.loader.exec_module(module)
    return module


class BundleHook(BuildHookInterface):  # type: ignore[type-arg]
    """Makes static/dist when it is missing or older than its sources."""

    def dependencies(self) -> list[str]:
        """The wheel with node, only when the bundle must be made and the PATH has no node."""
        bundle = load_bundle(self.root)
        if bundle.is_stale(Path(self.root)) and bundle.node_on_path() is None:
            return [bundle.NODE_WHEEL]
        return []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle; in a wheel, bundle and templates lie inside the package server."""
        load_bundle(self.root).make(Path(self.root))
        if self.target_name == "wheel" and version == "standard":
            for name in ("dist", "templates"):
                build_data["force_include"][f"static/{name}"] = f"server/static/{name}"
