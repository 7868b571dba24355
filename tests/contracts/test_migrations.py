"""A migration that has landed is never edited: only new files are added."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def test_no_landed_migration_was_changed():
    """Against what the published repository has, else against the last commit."""
    base = "origin/main" if "origin/main" in git("branch", "-r").split() else "HEAD"
    changed = git("diff", "--name-only", "--diff-filter=MD", base, "--", "services/*/migrations/versions/*.py")

    assert changed == ""
