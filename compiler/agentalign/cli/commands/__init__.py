"""One module per command, with a function `run(options) -> exit code`."""
