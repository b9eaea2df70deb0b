"""The OpenAPI document: valid by another's validator, and true of the application."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from server import openapi
from server.access import Access
from server.api import PROBLEMS
from server.app import Site
from server.config import Settings
from server.images import Images
from server.live import Boards
from server.log import MemoryLog
from tests.server.test_app import PUBLIC, SECRET, built_in, private, serving


def validator(name: str) -> jsonschema.Draft202012Validator:
    """A validator of one of the document's types."""
    schemas = openapi.document()["components"]["schemas"]
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    )


def test_HT15_the_document_is_valid_openapi() -> None:
    document = openapi.document()
    OpenAPIV31SpecValidator(document).validate()
    broken = openapi.document()
    del broken["paths"]["/healthz"]["get"]["responses"]["200"]["description"]
    with pytest.raises(Exception, match="description"):
        OpenAPIV31SpecValidator(broken).validate()
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_HT15_every_route_is_described_and_every_description_is_a_route(tmp_path: Path) -> None:
    access = Access(b"k" * 32)
    site = Site(Settings(), Boards(MemoryLog()), access, Images(tmp_path, access))
    routes: dict[str, set[str]] = {}
    for route in site.routes():
        methods = (route.methods or set()) if isinstance(route, Route) else {"GET"}
        routes.setdefault(route.path, set()).update(methods - {"HEAD"})  # type: ignore[attr-defined]
    described = {
        path: {method.upper() for method in methods}
        for path, methods in openapi.document()["paths"].items()
    }
    assert described == routes


def test_HT15_every_parameter_of_a_path_is_described() -> None:
    ids = []
    for path, methods in openapi.document()["paths"].items():
        for call in methods.values():
            named = {held["name"] for held in call.get("parameters", []) if held["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
            ids.append(call["operationId"])
    assert len(ids) == len(set(ids))


async def test_HT15_answers_are_as_described() -> None:
    async with serving() as site:
        await site.boards.create(PUBLIC, built_in())
        await site.boards.create("private", private())
        key = site.key("private", "facilitator")

        def check(name: str, answer: Any) -> None:
            validator(name).validate(answer.json())

        check("BoardInfo", await site.get(f"/api/boards/{PUBLIC}"))
        check("BoardInfo", await site.get("/api/boards/private", key))
        check("Document", await site.get("/api/boards/private/export", key))
        check("TicketGiven", await site.ticket(PUBLIC, secret=SECRET))
        check("Health", await site.get("/healthz"))
        for path in ("/api/boards/missing", "/api/boards/x/export?format=exe", "/api/nothing"):
            answer = await site.get(path)
            check("Problem", answer)
            assert PROBLEMS[answer.json()["code"]][0] == answer.status_code
        served = await site.get("/api/openapi.json")
        assert served.json() == openapi.document()
        assert served.headers["content-type"] == "application/json"


def test_HT15_requests_are_judged_as_described() -> None:
    request = validator("TicketRequest")
    for good in ({}, {"key": ""}, {"key": "a.b", "secret": SECRET}, {"secret": None}):
        assert request.is_valid(good)
    for bad in ({"more": 1}, {"key": None}, {"key": "x" * 129}, {"secret": "short"}, []):
        assert not request.is_valid(bad)


async def test_HT15_the_schema_of_board_json_is_published() -> None:
    async with serving() as site:
        await site.boards.create(PUBLIC, built_in())
        schema = (await site.get("/api/schema/board.json")).json()
        export = (await site.get(f"/api/boards/{PUBLIC}/export")).json()
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(export)
        export["nodes"][0]["x"] = "left"
        assert not jsonschema.Draft202012Validator(schema).is_valid(export)
