"""`python -m agentalign`."""


def main() -> int:
    """Run the command line."""
    from agentalign.cli import main as run

    return run()


if __name__ == "__main__":
    raise SystemExit(main())
