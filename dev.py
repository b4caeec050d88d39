"""What a developer runs, from a bare Python 3.11 or newer: `python3 dev.py demo`, `python3 dev.py test`.

Only the standard library is used here; packages go into .venv, from the hash-pinned locks in requirements/.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")
HOST = "127.0.0.1"
DEFAULT_PORT = 8000
LOCKS = ("boot", "run", "dev")
LINTERS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy",),
    ("lint-imports",),
    ("djlint", "templates", "--lint", "--quiet"),
)
COMMANDS = {
    "demo": "serve the site with demo data; --port N, or 8000, or a free port when 8000 is taken",
    "test": "linters and all tests; arguments go to pytest, and then the linters are left out",
    "setup": "install everything into .venv, with the command `shouxi`",
    "lint": "linters only",
    "bench": "measure the ratios that docs/performance.md records",
    "faults": "kill and race processes, at a tenth of a release's counts; `faults --long` at all of them",
    "docs": "write the generated pages of docs/ anew and build the handbooks into build/handbook",
    "screenshots": "write the pictures of the README, the tour and the handbooks anew; needs chromium",
    "lock": "resolve requirements/*.in anew; `lock --upgrade` takes newer versions",
}
MODULES = {
    "bench": ("tests.load.bench",),
    "faults": ("tests.faults",),
    "docs": ("tools.docs",),
    "screenshots": ("tests.e2e.screenshots",),
}


class Problem(Exception):
    """What stops a command, in one message that says what to do."""


# --- installing ---------------------------------------------------------------------------------------------


def python(*arguments: str, env: dict[str, str] | None = None, quiet: bool = False) -> int:
    """Run the Python of .venv in the project folder; returns its exit code."""
    out = subprocess.DEVNULL if quiet else None
    command = [str(PYTHON), *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, stdout=out, stderr=out, check=False).returncode


def works(*arguments: str) -> bool:
    return PYTHON.exists() and python(*arguments, quiet=True) == 0


def stamp(lock: str) -> tuple[Path, str]:
    """The file that says what is installed, and what it says for this lock, metadata and folder."""
    parts = (f"requirements/{lock}.lock", "pyproject.toml")
    content = b"\0".join([*((ROOT / part).read_bytes() for part in parts), str(ROOT).encode()])
    return VENV / f"installed-{lock}", hashlib.sha256(content).hexdigest()


def make_venv() -> None:
    if works("-m", "pip", "--version"):
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise Problem(
            "This Python cannot make a virtual environment: its module venv or ensurepip is missing.\n"
            f"On Debian and Ubuntu: sudo apt-get install python3.{sys.version_info.minor}-venv\n"
            "Elsewhere: install a complete Python 3.11 or newer. Then run the same command again."
        )
    clear = [] if works("-c", "") else ["--clear"]
    if subprocess.run([sys.executable, "-m", "venv", *clear, str(VENV)], check=False).returncode:
        raise Problem(f"No virtual environment could be made in {VENV}: see the messages above.")


def with_package_index() -> dict[str, str]:
    """The environment with pip's configured index and certificate in uv's words: uv does not read them."""
    names = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}
    command = [str(PYTHON), "-m", "pip", "config", "list"]
    listing = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False).stdout
    found = {}
    for line in listing.splitlines():  # global.cert='/etc/ssl/cert.pem'
        key, _, value = line.partition("=")
        if name := names.get(key.rpartition(".")[2]):
            found[name] = value.strip("'\"")
    return {**found, **os.environ}


def install(lock: str) -> None:
    """Bring .venv to requirements/<lock>.lock, with the project editable; nothing to do when it is so."""
    mark, content = stamp(lock)
    if mark.exists() and mark.read_text() == content and works("-c", ""):
        return
    print(f"Installing requirements/{lock}.lock into {VENV.name} ...", flush=True)
    make_venv()
    pip = ("-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    # compiled now, as pip does by itself: where bytecode is not written, each process would compile it all
    uv = ("-m", "uv", "--quiet", "pip", "install", "--compile-bytecode")
    has_uv = python(*pip, "--require-hashes", "-r", "requirements/boot.lock") == 0
    env = with_package_index()
    for arguments in (
        ("--require-hashes", "-r", f"requirements/{lock}.lock"),
        ("--no-deps", "--no-build-isolation", "--editable", "."),
    ):
        if not (has_uv and python(*uv, *arguments, env=env) == 0) and python(*pip, *arguments):
            raise Problem(
                "Installing failed: see the messages above. A Python package index must be in reach."
            )
    for done in {lock, "run"}:  # dev.lock holds all of run.lock
        path, text = stamp(done)
        path.write_text(text)


def relock(arguments: list[str]) -> int:
    options = (
        "--quiet",
        "--universal",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--python-version=3.11",
    )
    uv = ("-m", "uv", "pip", "compile", *options, *arguments)
    env = with_package_index()
    return max(
        python(*uv, f"requirements/{lock}.in", "-o", f"requirements/{lock}.lock", env=env) for lock in LOCKS
    )


# --- demo ---------------------------------------------------------------------------------------------------


def port_number(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 2**16):
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def free_port(wanted: int) -> int:
    """`wanted`, or any free port for 0; 0 when it is taken."""
    with socket.socket() as probe:
        if not WINDOWS:  # there the option would let two servers share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            return 0
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end as Ctrl-C would, and end whatever is left of it after that."""
    server.terminate() if WINDOWS else server.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):  # a second Ctrl-C: at once
        server.wait(timeout=10)
    with contextlib.suppress(ProcessLookupError):
        server.kill() if WINDOWS else os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def handbooks() -> None:
    """Build the handbooks unless they are newer than their sources; the demo runs meanwhile and without."""
    built = ROOT / "build" / "handbook" / "index.html"
    sources = (each for each in (ROOT / "docs").rglob("*") if each.is_file())
    if built.exists() and built.stat().st_mtime > max(each.stat().st_mtime for each in sources):
        return
    try:
        install("dev")
        failed = python("-m", *MODULES["docs"])
    except Problem as problem:
        print(problem, file=sys.stderr)
        failed = 1
    if failed:
        print("The demo runs without its handbooks: see the messages above.", file=sys.stderr)


def demo(asked: int | None) -> int:
    install("run")
    port = free_port(DEFAULT_PORT if asked is None else asked)
    if not port and asked is not None:
        raise Problem(f"Port {asked} is taken. Choose another one, or leave --port out to get a free one.")
    port = port or free_port(0)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # SIGINT too: a shell starts background commands without it
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    command = [str(PYTHON), "-m", "core.app", "serve", "--host", HOST, "--port", str(port)]
    env = {**os.environ, "SHOUXI_ENV": "demo"}
    # In a session of its own, so that Ctrl-C reaches this process alone and the server ends in order.
    server = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=not WINDOWS)
    try:
        while not answers(port):
            if server.poll() is not None:
                raise Problem(f"The server ended with code {server.returncode} before it answered.")
            time.sleep(0.1)
        data = os.environ.get("SHOUXI_VAR") or ROOT / "var"
        print(f"\n  http://{HOST}:{port}/   (Ctrl-C stops; data in {data})\n", flush=True)
        handbooks()
        return server.wait()
    except KeyboardInterrupt:
        stop(server)
        print("\nStopped.", flush=True)
        return 0


# --- checks -------------------------------------------------------------------------------------------------


def lint() -> list[str]:
    """Run every linter; returns those that failed, after printing what they said."""
    failed = []
    for tool, *arguments in LINTERS:
        start = time.monotonic()
        command = [str(SCRIPTS / tool), *arguments]
        result = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        name = " ".join((tool, *arguments))
        print(
            f"{name}: {'FAILED' if result.returncode else 'ok'} ({time.monotonic() - start:.1f} s)",
            flush=True,
        )
        if result.returncode:
            failed.append(name)
            sys.stdout.buffer.write(result.stdout)
            sys.stdout.buffer.flush()
    return failed


def test(arguments: list[str]) -> int:
    failed = [] if arguments else lint()
    scale = os.environ.setdefault("SHOUXI_TEST_SCALE", "0.1")
    options = ["-n", "auto", "--dist", "worksteal"]
    if not any(argument.startswith("--hypothesis-seed") for argument in arguments):
        options.append(f"--hypothesis-seed={secrets.randbelow(2**32)}")
    print(f"SHOUXI_TEST_SCALE={scale} pytest {' '.join([*options, *arguments])}", flush=True)
    # tests start processes of their own: what is not compiled to stay is compiled in each of them
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    code = python("-m", "pytest", *options, *arguments, env=env)
    if failed:
        print(f"The tests ran, but linters failed: {', '.join(failed)}", file=sys.stderr)
    return code or bool(failed)


# --- the command line ---------------------------------------------------------------------------------------


def run(command: str, port: int | None, rest: list[str]) -> int:
    if command == "demo":
        return demo(port)
    install("dev")
    if command == "test":
        return test(rest)
    if command == "lint":
        return bool(lint())
    if command == "lock":
        return relock(rest)
    return python("-m", *MODULES[command], *rest) if command in MODULES else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="What a developer of shouxi runs.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    subparsers = {name: commands.add_parser(name, help=text) for name, text in COMMANDS.items()}
    subparsers["demo"].add_argument("--port", type=port_number, metavar="N")
    arguments, rest = parser.parse_known_args()
    if rest and arguments.command not in ("test", "lock", "bench", "faults", "screenshots"):
        parser.error(f"{arguments.command}: unknown argument {rest[0]}")
    try:
        return run(arguments.command, getattr(arguments, "port", None), rest)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  # the one file that an older Python may be asked to run
        sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0])
    sys.exit(main())
