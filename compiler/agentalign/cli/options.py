"""The command line's grammar."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from agentalign import __version__
from agentalign.diagnostics import FORMATS

EXIT_CODES = """\
exit codes:
  0    clean
  1    findings (errors in a spec, dropped records, a dataset that does not verify)
  2    usage: an option or a path that makes no sense
  3    a bug of ours
  4    a model provider failed
  5    stopped by a budget
  130  interrupted"""


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(
        prog="agentalign",
        description="Compile behaviour chains, tools and readings into validated alignment data.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"agentalign {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (
        _check,
        _format,
        _explain,
        _plan,
        _preview,
        _compile,
        _calibrate,
        _prompts,
        _ingest,
        _propose,
        _verify,
        _trace,
        _stats,
        _leaks,
    ):
        add(commands)
    return top


if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # it has no other name


def _command(commands: Commands, name: str, help_: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".")


def _spec(command: argparse.ArgumentParser) -> None:
    command.add_argument("spec", metavar="SPEC", type=Path, help="a .chain file, or a folder of them")


def _format_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=FORMATS, default="full", help="how findings are shown (default: full)")


def _dataset(command: argparse.ArgumentParser) -> None:
    command.add_argument("--dataset", metavar="NAME", help="which dataset block, where the spec has several")
    command.add_argument("-n", "--size", metavar="N", type=_count, help="number of rows, instead of the block's")
    command.add_argument("--seed", metavar="S", type=_whole, help="the seed, instead of the block's")


def _count(text: str) -> int:
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None


def _check(commands: Commands) -> None:
    command = _command(commands, "check", "check specs and show what is wrong with them")
    command.add_argument("paths", metavar="PATH", nargs="+", type=Path, help=".chain files or folders of them")
    _format_option(command)


def _format(commands: Commands) -> None:
    command = _command(commands, "format", "rewrite specs in the one layout; `-` formats stdin to stdout")
    command.add_argument("paths", metavar="PATH", nargs="+", type=Path, help=".chain files, folders of them, or -")
    command.add_argument("--check", action="store_true", help="change nothing; list what would change and exit with 1")


def _explain(commands: Commands) -> None:
    command = _command(commands, "explain", "explain a diagnostic; without a code, list all")
    command.add_argument("code", metavar="CODE", nargs="?", help="such as E0301, or its name")


def _plan(commands: Commands) -> None:
    command = _command(commands, "plan", "show the space of a spec and what a dataset would take of it")
    _spec(command)
    _dataset(command)
    command.add_argument("--json", action="store_true", help="as JSON")
    command.add_argument("--ir", action="store_true", help="print the plan itself")
    command.add_argument("--llm", action="store_true", help="show what the bound models would cost instead")
    _bindings(command)


def _preview(commands: Commands) -> None:
    command = _command(commands, "preview", "show records as a person reads a chat")
    _spec(command)
    _dataset(command)
    command.add_argument("--reading", metavar="R", help="only records of this reading")
    command.add_argument(
        "--wordings", action="store_true", help="only records that say something in words that none before has"
    )


def _compile(commands: Commands) -> None:
    command = _command(commands, "compile", "compile a spec to a dataset folder")
    _spec(command)
    command.add_argument("-o", "--out", metavar="OUT", type=Path, required=True, help="the folder to write")
    _dataset(command)
    command.add_argument(
        "-j", "--jobs", metavar="J", type=_count, default=1, help="worker processes, without models (default: 1)"
    )
    command.add_argument("--overwrite", action="store_true", help="replace another dataset that is in OUT")
    _models(command)
    _limits(command)


def _models(command: argparse.ArgumentParser) -> None:
    models = command.add_argument_group("language models (none are asked unless named here or in the dataset)")
    models.add_argument(
        "--model", metavar="NAME", help="the model of every stage: one the spec declares, or a litellm name"
    )
    models.add_argument(
        "--stage",
        metavar="STAGE=NAME",
        type=_stage,
        action="append",
        default=[],
        help="the model of one stage; judges may be several",
    )
    models.add_argument("--offline", action="store_true", help="use stored replies only; nothing leaves this machine")
    models.add_argument(
        "--store", metavar="FILE", type=Path, help="where replies are kept (default: OUT/replies.sqlite)"
    )
    models.add_argument(
        "--min-kappa",
        metavar="K",
        type=_kappa,
        default=0.6,
        help="how far judges must agree with the anchors to be used (default: 0.6; 0 to trust any)",
    )
    models.add_argument("--max-cost", metavar="USD", type=_amount, help="stop before more is spent (exit code 5)")
    models.add_argument("--max-calls", metavar="N", type=_count, help="stop after so many calls")
    models.add_argument("--max-tokens", metavar="N", type=_count, help="stop before more tokens are used")


def _limits(command: argparse.ArgumentParser) -> None:
    agents = command.add_argument_group("how far an agent may go for one request (what is not done by then is dropped)")
    agents.add_argument("--agent-turns", metavar="N", type=_count, default=16, help="replies (default: 16)")
    agents.add_argument("--agent-calls", metavar="N", type=_count, default=32, help="tool calls (default: 32)")
    agents.add_argument(
        "--agent-tokens", metavar="N", type=_count, default=200_000, help="tokens read and written (default: 200,000)"
    )
    agents.add_argument(
        "--agent-sequential", action="store_true", help="carry out one call of each reply, and tell the agent so"
    )


def _stage(text: str) -> tuple[str, str]:
    stage, equals, name = text.partition("=")
    if not (stage and equals and name):
        raise argparse.ArgumentTypeError(f"{text!r} is not STAGE=NAME")
    return stage, name


def _kappa(text: str) -> float:
    try:
        kappa = float(text)
    except ValueError:
        kappa = 2.0
    if not 0 <= kappa <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 1")
    return kappa


def _calibrate(commands: Commands) -> None:
    command = _command(commands, "calibrate", "measure judges on the shipped anchors")
    _spec(command)
    _dataset(command)
    _models(command)
    command.add_argument("--json", action="store_true", help="as JSON")


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 < amount < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of dollars")
    return amount


def _bindings(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--model", metavar="NAME", help="the model of every stage: one the spec declares, or a litellm name"
    )
    command.add_argument(
        "--stage",
        metavar="STAGE[=NAME]",
        type=_maybe_stage,
        action="append",
        default=[],
        help="this stage only; with a name, the model of the stage",
    )
    command.add_argument(
        "--min-kappa", metavar="K", type=_kappa, default=0.6, help="as for compile; with 0 judges are not measured"
    )
    _limits(command)


def _maybe_stage(text: str) -> tuple[str, str]:
    return _stage(text) if "=" in text else (text, "")


def _prompts(commands: Commands) -> None:
    command = _command(commands, "prompts", "write what a compile would ask of its models as a batch file")
    _spec(command)
    command.add_argument("-o", "--out", metavar="FILE", type=Path, required=True, help="the .jsonl file to write")
    _dataset(command)
    _bindings(command)
    command.add_argument(
        "--provider", choices=("openai", "anthropic"), default="openai", help="whose batch format (default: openai)"
    )
    command.add_argument("--to", metavar="MODEL", help="only what goes to this model (a litellm name)")
    command.add_argument("--store", metavar="FILE", type=Path, help="replies there are: write the round after them")


def _ingest(commands: Commands) -> None:
    command = _command(commands, "ingest", "put the results of a batch into the store that compile uses")
    _spec(command)
    command.add_argument("responses", metavar="RESPONSES", type=Path, help="the .jsonl file of results")
    command.add_argument("--store", metavar="FILE", type=Path, required=True, help="where replies are kept")
    _dataset(command)
    _bindings(command)


def _propose(commands: Commands) -> None:
    command = _command(commands, "propose", "have a model propose chains, and keep those that compile")
    _spec(command)
    command.add_argument("--model", metavar="NAME", required=True, help="one the spec declares, or a litellm name")
    command.add_argument("-n", dest="count", metavar="N", type=_count, default=1, help="how many (default: 1)")
    command.add_argument(
        "--tries", metavar="N", type=_count, default=3, help="how often each may be mended (default: 3)"
    )
    command.add_argument("-o", "--out", metavar="FILE", type=Path, help="write them there instead of to stdout")
    command.add_argument("--store", metavar="FILE", type=Path, help="where replies are kept (default: nowhere)")
    command.add_argument("--offline", action="store_true", help="use stored replies only")
    command.add_argument("--max-cost", metavar="USD", type=_amount, help="stop before more is spent (exit code 5)")
    command.add_argument("--max-calls", metavar="N", type=_count, help="stop after so many calls")
    command.add_argument("--max-tokens", metavar="N", type=_count, help="stop before more tokens are used")


def _verify(commands: Commands) -> None:
    command = _command(commands, "verify", "check a written dataset from its folder alone")
    command.add_argument("folder", metavar="OUT", type=Path, help="a folder that compile wrote")
    _format_option(command)


def _trace(commands: Commands) -> None:
    command = _command(commands, "trace", "show how a record came about, from spec lines to messages")
    command.add_argument("folder", metavar="OUT", type=Path, help="a folder that compile wrote")
    command.add_argument("id", metavar="ID", help="a record's id, or the beginning of one")


def _measure(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", metavar="OUT", type=Path, help="a folder that compile wrote")
    command.add_argument(
        "--seed", metavar="S", type=_whole, default=0, help="the seed of samples and folds (default: 0)"
    )
    command.add_argument("--json", action="store_true", help="as JSON")


def _stats(commands: Commands) -> None:
    _measure(_command(commands, "stats", "show how much a written dataset has of what, and how varied it is"))


def _leaks(commands: Commands) -> None:
    _measure(_command(commands, "leaks", "probe what gives the label of a written dataset away, other than intent"))
