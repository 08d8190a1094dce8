"""Completion in shells. The scripts in ``resources/completion`` ask `app.cli.completion.answer`."""
