"""`python -m agentalign`."""


def main() -> int:
    """Run the command line."""
    from agentalign.cli import main as run  # noqa: PLC0415  # start-up counts, also for `import agentalign.__main__`

    return run(leaving=True)


if __name__ == "__main__":
    raise SystemExit(main())
