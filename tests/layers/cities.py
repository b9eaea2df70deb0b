"""A board to look at: the content of the Cities of Equality paper, put together by hand."""

from board.order import appended
from board.state import Board, Layer, Node, Relation

LAYERS: dict[str, tuple[str, str | None, str, bool]] = {
    "vision": ("Vision", None, "indigo", True),
    "pillars": ("Pillars", None, "blue", True),
    "themes": ("Themes", None, "violet", True),
    "focus": ("Focus", None, "teal", True),
    "principles": ("Principles", None, "green", True),
    "people": ("People", None, "amber", True),
    "hooks": ("EU policy hooks", None, "cyan", True),
    "members": ("Members", None, "slate", True),
    "national": ("National authorities", "members", "brown", True),
    "cities": ("Cities (urban authorities)", "members", "red", True),
    "umbrella": ("European or national city umbrella organisations", "members", "orange", True),
    "others": ("Other stakeholders", "members", "pink", True),
    "institutions": ("European institutions", "members", "slate", True),
    "milestones": ("Milestones", None, "pink", True),
    "after": ("After the paper", None, "brown", False),
    "opportunities": ("Opportunities", None, "orange", False),
}
GROUPS = {"members"}

NODES: dict[str, list[tuple[str, str, str]]] = {
    "vision": [
        ("equality", "Urban equality",
         "Cities that consider the diverse needs of all people and give everyone equal "
         "opportunities."),
        ("planning", "Inclusive urban planning", "Places and services that work for everyone."),
        ("inclusion", "Social inclusion", "Everyone can take part in the life of the city."),
        ("partnership", "Cities of Equality partnership",
         "Launched in January 2024 with eleven stakeholders from nine countries."),
    ],
    "pillars": [
        ("regulation", "Better regulation", "Rules that support equality in cities."),
        ("funding", "Better funding", "Money that reaches urban equality."),
        ("knowledge", "Better knowledge", "Evidence and exchange between cities."),
    ],
    "themes": [
        ("segregation", "Tackling spatial segregation at city and neighbourhood level", ""),
        ("communities",
         "Engaging communities for fair and open access to services in a meaningful democracy",
         ""),
    ],
    "focus": [
        ("eu-dimension", "Urban dimension of EU policy",
         "Strengthen it in regulation and policies."),
        ("citizens", "Citizens in services and public life",
         "Engage all in the design of local services."),
        ("no-worsening", "No worsening of inequalities",
         "Policies must not deepen social and spatial gaps."),
    ],
    "principles": [
        ("intersectionality", "Intersectionality",
         "Forms of discrimination overlap and interlock."),
        ("human-centred", "Human-centred policy", "Policy starts from people's lives."),
        ("targeted", "Targeted measures", "For groups that are marginalised."),
        ("holistic", "Holistic thinking", "Cities that work for everyone."),
    ],
    "people": [
        ("age", "Age", ""), ("disability", "Disability", ""), ("gender", "Gender", ""),
        ("orientation", "Sexual orientation", "LGBTQI+"),
        ("religion", "Religion and belief", ""),
        ("origin", "Race and ethnic origin", "Including country of origin"),
        ("status", "Socio-economic status", ""),
    ],
    "hooks": [("cohesion", "Cohesion funds", ""), ("strategies", "Equality strategies", "")],
    "national": [
        ("anct", "National Agency for Territorial Cohesion (ANCT)", "FR, coordinator"),
        ("austriatech", "AustriaTech – Sustainable Transitions Partnership (DUT)", "AT"),
        ("rome", "Metropolitan City of Rome Capital", "IT, coordinator"),
        ("konin", "Konin Agglomeration Association", "PL"),
    ],
    "cities": [
        ("varna", "Municipality of Varna", "BG"),
        ("heerenveen", "Municipality of Heerenveen", "NL"),
        ("birzai", "Birzai District Municipality Administration", "LT"),
        ("barcelona", "Barcelona City Council", "ES, active from January 2025"),
    ],
    "umbrella": [
        ("eurocities", "Eurocities", "BE"),
        ("iclei", "ICLEI European Secretariat", "DE"),
        ("cemr", "Council of European Municipalities and Regions (CEMR)", "BE"),
    ],
    "others": [("univercities", "USE Efficiency Association, UniverCities", "IT")],
    "institutions": [
        (name.lower().replace(" ", "-"), title, "")
        for name, title in (
            ("regio", "DG REGIO"), ("reform", "DG REFORM"), ("ener", "DG ENER"),
            ("eac", "DG EAC"), ("sg", "Secretariat-General"), ("just", "DG JUST"),
            ("rtd", "DG RTD"), ("empl", "DG EMPL"), ("jrc", "Joint Research Centre (JRC)"),
        )
    ],
    "milestones": [
        ("call", "Call for partners", "20 July to 29 September 2023"),
        ("validated", "Partnership validated",
         "November 2023, by the Directors-General on Urban Matters"),
        ("kick-off", "Kick-off", "31 January 2024"),
        ("meeting", "Members' meeting in Rome", "June 2024"),
        ("presented", "Orientation Paper presented",
         "25 September 2024, to the Urban Development Group in Budapest"),
        ("consultation", "Public consultation on the draft Action Plan",
         "6 May to 13 June 2025"),
        ("adopted", "Final Action Plan adopted", "By November 2025"),
    ],
    "after": [
        ("framework", "A framework for examining spatial segregation and access to services", ""),
        ("instruments", "Equality in future EU funding instruments", ""),
        ("engagement", "Citizen engagement", ""),
    ],
    "opportunities": [
        ("exchanges", "EUI City-to-City Exchanges", "Open continuously"),
        ("reviews", "EUI Peer Reviews", "Call closed 1 May 2025, 12:00 CET"),
        ("portico", "Portico", "The European urban knowledge platform"),
    ],
}  # fmt: skip

RELATIONS: list[tuple[str, str, str, bool]] = [
    *(("equality", pillar, "pursued through", False)
      for pillar in ("regulation", "funding", "knowledge")),
    ("equality", "planning", "where these meet", False),
    ("equality", "inclusion", "where these meet", False),
    ("presented", "segregation", "identifies", False),
    ("presented", "communities", "identifies", False),
    ("eu-dimension", "cohesion", "names", False),
    ("eu-dimension", "strategies", "names", False),
    ("intersectionality", "no-worsening", "aim at", False),
    ("human-centred", "no-worsening", "aim at", False),
    ("equality", "targeted", "needs", False),
    ("equality", "holistic", "needs", False),
    ("intersectionality", "equality", "essential to", False),
    *(("equality", ground, "irrespective of", False) for ground, _, _ in NODES["people"]),
    ("anct", "partnership", "coordinate", False),
    ("rome", "partnership", "coordinate", False),
    *((before[0], after[0], "precedes", False)
      for before, after in zip(NODES["milestones"], NODES["milestones"][1:], strict=False)),
    ("presented", "adopted", "guides", False),
    ("framework", "instruments", "closely linked", False),
    ("instruments", "engagement", "closely linked", False),
    ("framework", "engagement", "closely linked", False),
    ("citizens", "communities", "our reading", True),
    ("no-worsening", "segregation", "our reading", True),
    ("eu-dimension", "regulation", "our reading", True),
    ("cohesion", "funding", "our reading", True),
    ("framework", "segregation", "our reading", True),
    ("instruments", "funding", "our reading", True),
    ("engagement", "communities", "our reading", True),
]  # fmt: skip

ON = frozenset(
    id for id, (_, _, _, published) in LAYERS.items() if published
)  # what is on when nobody has switched anything


def cities() -> Board:
    """The board, with no node placed yet."""
    board = Board()
    board.text = {
        "title": {"en": "Cities of Equality"},
        "description": {
            "en": "The Orientation Paper of the Urban Agenda for the EU Partnership, at a glance."
        },
    }
    keys = iter(list(appended(200)))
    for id, (title, parent, color, published) in LAYERS.items():
        board.put_layer(
            Layer(
                id=id, parent=parent, key=next(keys), group=id in GROUPS, color=color,
                opacity=1.0, published=published, locked=False, read="viewer",
                write="participant", text={"title": {"en": title}},
            )
        )  # fmt: skip
    for layer, nodes in NODES.items():
        for id, title, text in nodes:
            board.put_node(
                Node(
                    id=id, layer=layer, kind="card", key=next(keys), x=0.0, y=0.0, w=220.0,
                    h=64.0, color=None, href="", tags=(), source=None,
                    text={"title": {"en": title}, "text": {"en": text} if text else {}},
                )
            )  # fmt: skip
    for count, (source, target, label, dashed) in enumerate(RELATIONS):
        board.put_relation(
            Relation(
                id=f"r{count}", source=source, target=target, dashed=dashed, color=None,
                text={"label": {"en": label}},
            )
        )  # fmt: skip
    return board
