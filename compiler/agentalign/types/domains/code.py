"""What programmers point at: repositories, packages, images, machines and commands."""

from __future__ import annotations

import re

from agentalign.types.codecs import noise
from agentalign.types.domain import choose, digits, domain
from agentalign.types.domains.words import ADJECTIVES, LABS, NOUNS, ROLES, TOOLS, TOPICS, USERS
from agentalign.types.model import DomainType, IntType, StringType

_CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "git.example.org")
_SHORT = StringType(1)


def _git_url(index: int) -> str:
    host, owner, tool, role = choose(index, _CODE_HOSTS, LABS, TOOLS[::2], ROLES[::4])
    return f"https://{host}/{owner}/{tool}-{role}.git"


def _git_parts(value: str) -> tuple[str, str, str]:
    """Return host, owner and repository name."""
    if "://" in value:
        rest = value.split("://", 1)[1].rpartition("@")[2]
        host, _, path = rest.partition("/")
    else:
        host, _, path = value.rpartition("@")[2].partition(":")
    owner, _, name = path.rstrip("/").removesuffix(".git").rpartition("/")
    return host.partition(":")[0], owner, name


def _git_forms(value: str) -> tuple[str, ...]:
    host, owner, name = _git_parts(value)
    bare = f"{host}/{owner}/{name}"
    return (f"https://{bare}", bare, f"{bare}.git", f"git@{host}:{owner}/{name}.git", f"{owner}/{name}")


_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_REPOSITORY = rf"(?:{_NAME}/)+{_NAME}"
GIT_URL = domain(
    "git_url",
    "Git URL",
    pattern=rf"(?:https|ssh)://(?:[A-Za-z0-9_-]+@)?{_NAME}(?::[0-9]{{1,5}})?/{_REPOSITORY}/?|[A-Za-z0-9_-]+@{_NAME}:{_REPOSITORY}",
    generate=_git_url,
    forms=_git_forms,
    parts={
        "host": (DomainType("Host", "host"), lambda value: _git_parts(value)[0]),
        "owner": (_SHORT, lambda value: _git_parts(value)[1]),
        "name": (_SHORT, lambda value: _git_parts(value)[2]),
    },
    max_length=512,
)

_BRANCH_KINDS = ("feature", "fix", "docs", "release")


def _git_branch(index: int) -> str:
    kind, tool, topic, number = choose(index, _BRANCH_KINDS, TOOLS, TOPICS, ("", "-2", "-v2", "-next"))
    return f"{kind}/{topic}-{tool}{number}"


GIT_BRANCH = domain(
    "git_branch",
    "Git branch",
    pattern=rf"{_NAME}(?:/{_NAME})*",
    generate=_git_branch,
    check=lambda value: "`..` is not allowed" if ".." in value or value.endswith((".", ".lock")) else None,
    search=rf"(?<![\w@/.:+-])(?:main|master|develop|{_NAME}(?:/{_NAME})+)(?![\w/@:])|(?<=`){_NAME}(?:/{_NAME})*(?=`)",
    max_length=200,
)

COMMIT_HASH = domain(
    "commit_hash",
    "commit hash",
    pattern=r"[0-9a-f]{7,40}",
    generate=lambda index: noise("commit", index, size=20).hex(),
    search=r"(?<![\w-])(?=[a-f0-9]*[0-9])[0-9a-f]{7,40}(?![\w-])",
    forms=lambda value: (value[:7], value[:8], value[:12]) if len(value) == 40 else (),
    max_length=40,
)

# ---- packages and images


def _package_name(index: int) -> str:
    adjective, tool, role = choose(index, ADJECTIVES[::4] + ADJECTIVES[1::4], TOOLS[::2], ROLES)
    return f"{adjective}-{tool}-{role}"


PACKAGE_NAME = domain(
    "package_name",
    "package name",
    pattern=r"(?:@[a-z0-9][a-z0-9._-]*/)?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?",
    generate=_package_name,
    search=(
        r"(?<![\w@/.:+-])(?:@[a-z0-9][a-z0-9._-]*/[a-z0-9._-]+|[a-z0-9]+(?:[._-][a-z0-9]+)+)(?![\w@/:-])"
        r"|(?<=`)[a-z0-9._-]+(?=`)"
    ),
    max_length=214,
)


def _package_version(index: int) -> str:
    patch, minor, major = digits(index, 64, 64, 16)
    return f"{major}.{minor}.{patch}"


_SEMVER = (
    r"(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)"
    r"(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
PACKAGE_VERSION = domain(
    "package_version",
    "version number",
    pattern=_SEMVER,
    generate=_package_version,
    search=rf"(?<![\w.@/-])v?{_SEMVER}(?![\w]|\.[0-9])",
    canonical=lambda text: text.removeprefix("v"),
    forms=lambda value: (f"v{value}",),
    parts={
        "major": (IntType(0), lambda value: int(value.split(".")[0])),
        "minor": (IntType(0), lambda value: int(value.split(".")[1])),
    },
    max_length=64,
)

_TAGS = ("latest", "stable", "1.4.2", "2.3.0")


def _container_image(index: int) -> str:
    registry, owner, tool, role, tag = choose(index, ("", "harbor.example.org/"), LABS, TOOLS[1::2], ROLES[::8], _TAGS)
    return f"{registry}{owner}/{tool}-{role}:{tag}"


_COMPONENT = r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
CONTAINER_IMAGE = domain(
    "container_image",
    "container image",
    pattern=(
        rf"(?:[A-Za-z0-9.-]+(?::[0-9]+)?/)?{_COMPONENT}(?:/{_COMPONENT})*"
        r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
    ),
    generate=_container_image,
    search=(
        rf"(?<![\w@/.:+-])(?:[A-Za-z0-9.-]+(?::[0-9]+)?/)?{_COMPONENT}(?:/{_COMPONENT})*"
        r":[A-Za-z0-9_][A-Za-z0-9_.-]*(?:@sha256:[0-9a-f]{64})?(?![\w/@:])"
    ),
    parts={
        "name": (_SHORT, lambda value: value.partition("@")[0].rpartition("/")[2].partition(":")[0]),
        "tag": (StringType(0), lambda value: value.partition("@")[0].rpartition("/")[2].partition(":")[2]),
    },
    max_length=300,
)

# ---- machines and commands


def _ssh_target(index: int) -> str:
    user, adjective, noun, number = choose(index, USERS, ADJECTIVES[::4], NOUNS[::2], ("", "-2"))
    return f"{user}@{adjective}-{noun}{number}.example.net"


SSH_TARGET = domain(
    "ssh_target",
    "SSH target",
    pattern=r"[a-z_][a-z0-9_.-]*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?",
    generate=_ssh_target,
    parts={
        "user": (_SHORT, lambda value: value.partition("@")[0]),
        "host": (StringType(1, 253), lambda value: value.partition("@")[2]),
    },
    max_length=255,
)

_FOLDERS = tuple(f"/srv/{tool}-{role}" for tool in TOOLS for role in ROLES[::8])
"""256 folders a project may live in."""
_COMMANDS = (
    "ls -la {}",
    "du -sh {}",
    "find {} -name '*.log' -mtime +30",
    "grep -rn TODO {}/src",
    "tail -n 50 {}/logs/app.log",
    "wc -l {}/data/input.csv",
    "tar -czf backup.tar.gz {}/data",
    "git -C {} status",
    "git -C {} log --oneline -n 10",
    "make -C {} test",
    "python3 {}/scripts/report.py",
    "pip install -r {}/requirements.txt",
    "npm --prefix {} run build",
    "docker compose -f {}/compose.yaml up -d",
    "sha256sum {}/dist/release.tar.gz",
    "cat {}/README.md",
)


def _shell_command(index: int) -> str:
    command, folder = choose(index, _COMMANDS, _FOLDERS)
    return command.format(folder)


_KNOWN_COMMANDS = "|".join(re.escape(command).replace(r"\{\}", r"/srv/[a-z]+-[a-z]+") for command in _COMMANDS)
SHELL_COMMAND = domain(
    "shell_command",
    "shell command",
    pattern=r"[^\s\x00-\x1f](?:[^\x00-\x1f]*[^\s\x00-\x1f])?",
    generate=_shell_command,
    size=len(_COMMANDS) * len(_FOLDERS),
    search=rf"(?<=`)[^`\n]+(?=`)|(?<=\x22)[^\x22\n]+(?=\x22)|{_KNOWN_COMMANDS}",
    max_length=1000,
)

DOMAINS = (
    GIT_URL,
    GIT_BRANCH,
    COMMIT_HASH,
    PACKAGE_NAME,
    PACKAGE_VERSION,
    CONTAINER_IMAGE,
    SSH_TARGET,
    SHELL_COMMAND,
)
