"""The shape of the house: which way imports go, what stays pure, and what does not exist here."""

from collections import defaultdict

import pytest

from tests.house import Source, circles, imports, is_ours, modules, sources

# Package -> floor. Imports go down only; packages on one floor do not know each other.
FLOOR = {
    "forms": 0,
    "sync": 1,
    "server.areas": 2,
    "server.accounts": 3,
    "server.acts": 4,
    "server.households": 5,
    "server.visits": 6,
    "server.support": 7,
    "server.ledgers": 8,
    "server.oversight": 9,
    "server.field": 10,
    "server.exchange": 11,
    "server.desk": 12,
    "server.api": 12,
    "server.demo": 13,  # simulated phones: a client of all the rest, through HTTP
    "server": 14,  # the roof: settings, checks, urls, wsgi, commands
}

# Inside a package: a module may import those before it in its row, never those after it. Modules not named are free.
INNER = {
    "sync": ["vault", "models", "receive", "views", "urls"],
    "server.accounts": ["kinds", "matrix", "models", "scope"],
    "server.households": ["kinds", "values", "facts", "fold", "matching", "register"],
}

# Modules without Django: no database, no settings, no clock. They import only each other, libraries and kinds.py.
PURE = frozenset(
    {
        "forms.compile",
        "forms.faults",
        "forms.fields",
        "forms.head",
        "forms.read",
        "forms.refusals",
        "forms.xform",
        "forms.xml",
        "server.accounts.matrix",
        "server.acts.values",
        "server.demo.blank",
        "server.demo.entity_block",
        "server.demo.fill",
        "server.demo.instance",
        "server.demo.line",
        "server.demo.multipart",
        "server.demo.people",
        "server.demo.phone",
        "server.demo.phone_model",
        "server.demo.picture",
        "server.demo.registry.again",
        "server.demo.registry.chance",
        "server.demo.registry.chars",
        "server.demo.registry.lines",
        "server.demo.registry.make_registry",
        "server.demo.registry.names",
        "server.demo.registry.people",
        "server.demo.registry.places",
        "server.demo.registry.say_address",
        "server.demo.registry.say_birth",
        "server.demo.registry.say_id",
        "server.demo.registry.say_name",
        "server.demo.registry.say_phone",
        "server.demo.registry.type_line",
        "server.demo.registry.workers",
        "server.demo.said",
        "server.demo.kxml",
        "server.demo.wire",
        "server.demo.xpath",
        "server.desk.answers",
        "server.desk.charts",
        "server.desk.differences",
        "server.desk.drift",
        "server.desk.kappa",
        "server.desk.wilson",
        "server.exchange.choices",
        "server.exchange.days",
        "server.exchange.headings",
        "server.exchange.links",
        "server.exchange.numbers",
        "server.exchange.plain",
        "server.exchange.read_line",
        "server.exchange.read_tables",
        "server.exchange.relief_cells",
        "server.exchange.report",
        "server.exchange.sheets",
        "server.exchange.stored",
        "server.exchange.values",
        "server.exchange.villages",
        "server.exchange.write_line",
        "server.field.ledger_line",
        "server.field.names",
        "server.field.people",
        "server.field.relief",
        "server.field.rows",
        "server.field.shapes",
        "server.field.told",
        "server.field.translate",
        "server.field.words",
        "server.households.asked",
        "server.households.care",
        "server.households.chains",
        "server.households.code",
        "server.households.component",
        "server.households.conflicts",
        "server.households.derive",
        "server.households.standing",
        "server.households.facts",
        "server.households.fold",
        "server.households.history",
        "server.households.idno",
        "server.households.lookups",
        "server.households.mask",
        "server.households.matching.bundled",
        "server.households.matching.claims",
        "server.households.matching.cluster",
        "server.households.matching.conditions",
        "server.households.matching.decide",
        "server.households.matching.features",
        "server.households.matching.gaps",
        "server.households.matching.keys",
        "server.households.matching.levels",
        "server.households.matching.lists.outcome",
        "server.households.matching.model",
        "server.households.matching.normal.address",
        "server.households.matching.normal.birth",
        "server.households.matching.normal.gazetteer",
        "server.households.matching.normal.name",
        "server.households.matching.normal.number",
        "server.households.matching.normal.phone",
        "server.households.matching.normal.surnames",
        "server.households.matching.normal.text",
        "server.households.matching.rules",
        "server.households.matching.score",
        "server.households.members",
        "server.households.pack",
        "server.households.places",
        "server.households.stake",
        "server.households.twice",
        "server.households.values",
        "server.households.words",
        "server.ledgers.archive",
        "server.ledgers.cells",
        "server.ledgers.changes",
        "server.ledgers.columns",
        "server.ledgers.csv_file",
        "server.ledgers.differences",
        "server.ledgers.doubts",
        "server.ledgers.dress",
        "server.ledgers.heights",
        "server.ledgers.lines",
        "server.ledgers.order",
        "server.ledgers.pen",
        "server.ledgers.plain_sheet",
        "server.ledgers.roll_up",
        "server.ledgers.rules",
        "server.ledgers.values",
        "server.ledgers.words",
        "server.ledgers.workbook",
        "server.support.aid",
        "server.support.heard",
        "server.support.derive",
        "server.support.workdays",
        "server.visits.closing",
        "server.visits.rules",
        "server.visits.schedule",
        "sync.brake",
        "sync.called",
        "sync.agent",
        "sync.cable",
        "sync.digest",
        "sync.logs",
        "sync.lines",
        "sync.multipart",
        "sync.openrosa",
        "sync.photos",
        "sync.problems",
        "sync.roof",
        "sync.setup",
        "sync.troubles",
        "sync.vault.keyring",
        "sync.verdict",
    }
)


def package_of(module: str) -> str:
    """The package of FLOOR a module belongs to; "server" for what lies on the roof."""
    parts = module.split(".")
    return next((name for n in (2, 1) if (name := ".".join(parts[:n])) in FLOOR), parts[0])


def is_migration(source: Source) -> bool:
    return ".migrations." in source.module


def test_every_package_has_a_floor() -> None:
    """A new room must say where it stands; otherwise it would pass as roof."""
    rooms = {".".join(name.split(".")[:2]) for name in modules() if name.startswith("server.")}
    on_roof = {
        f"server.{name}" for name in ("apps", "checks", "management", "rotate", "settings", "urls", "wsgi")
    }
    assert rooms - set(FLOOR) - on_roof == set()


def test_imports_go_down() -> None:
    wrong = [
        f"{source.at(imported.line)}: {package_of(source.module)} imports {imported.module}"
        for source in sources()
        for imported in imports(source)
        if is_ours(imported.module)
        and (here := package_of(source.module)) != (there := package_of(imported.module))
        and FLOOR[there] >= FLOOR[here]
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", INNER)
def test_inner_order(package: str) -> None:
    rank = {name: n for n, name in enumerate(INNER[package])}

    def rank_of(module: str) -> int | None:
        inside = module.removeprefix(f"{package}.")
        return rank.get(inside.split(".")[0]) if inside != module else None

    wrong = [
        f"{source.at(imported.line)}: {imported.module} comes later"
        for source in sources()
        for imported in imports(source)
        if (here := rank_of(source.module)) is not None
        and (there := rank_of(imported.module)) is not None
        and there > here
    ]
    assert not wrong, "\n".join(wrong)


def test_no_circles() -> None:
    edges: dict[str, set[str]] = defaultdict(set)
    for source in sources():
        edges[source.module] |= {i.module for i in imports(source) if i.module in modules()} - {source.module}
    assert not (found := circles(edges)), "\n".join(" -> ".join(path) for path in found)


def test_circles_are_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [["b", "c", "b"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_pure_modules_exist() -> None:
    assert PURE - modules() == set()


@pytest.mark.parametrize("source", [s for s in sources() if s.module in PURE], ids=lambda s: s.module)
def test_pure_modules_know_no_django(source: Source) -> None:
    wrong = [
        f"{source.at(imported.line)}: {imported.module}"
        for imported in imports(source)
        if imported.module.split(".")[0] in {"django", "rest_framework", "simple_history"}
        or (is_ours(name := imported.module) and name not in PURE and not name.endswith(".kinds"))
    ]
    assert not wrong, "\n".join(wrong)


def test_kinds_take_only_choices_from_django() -> None:
    kinds = [s for s in sources() if s.module.endswith(".kinds")]
    wrong = [
        source.at(imported.line)
        for source in kinds
        for imported in imports(source)
        if imported.module.startswith("django")
        and "Choices" not in source.text.splitlines()[imported.line - 1]
    ]
    assert kinds and not wrong, "\n".join(wrong)


def test_no_import_hides_in_a_function() -> None:
    wrong = [source.at(i.line) for source in sources() for i in imports(source) if i.is_hidden]
    assert not wrong, "\n".join(wrong)


def test_nobody_imports_the_settings_module() -> None:
    wrong = [s.at(i.line) for s in sources() for i in imports(s) if i.module.startswith("server.settings")]
    assert not wrong, "\n".join(wrong)


def test_migrations_import_no_live_models() -> None:
    wrong = [
        f"{source.at(imported.line)}: {imported.module}"
        for source in sources() if is_migration(source)
        for imported in imports(source) if is_ours(imported.module)
    ]  # fmt: skip
    assert not wrong, "\n".join(wrong)
