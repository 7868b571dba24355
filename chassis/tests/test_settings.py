"""Settings from the environment, secrets from files; an error names them and shows no value."""

import pytest
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings, SettingsError


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(ServiceSettings.model_config, env_prefix="CASEWORK_")

    port: int = 8010
    notice_key: SecretStr


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("PARAVENT_SECRETS", str(tmp_path))
    (tmp_path / "casework_notice_key").write_text("0f" * 32 + "\n")
    (tmp_path / "casework_database_url").write_text("postgresql://app:secret@host/casework\n")
    return tmp_path


def test_a_secret_is_the_file_of_its_prefixed_lower_case_name(secrets):
    settings = Settings.load()
    assert settings.notice_key.get_secret_value() == "0f" * 32
    assert settings.database_url.get_secret_value() == "postgresql://app:secret@host/casework"


def test_a_file_without_the_prefix_is_not_taken(secrets):
    (secrets / "casework_notice_key").rename(secrets / "notice_key")
    with pytest.raises(SettingsError, match="CASEWORK_NOTICE_KEY"):
        Settings.load()


def test_the_environment_gives_the_rest(secrets, monkeypatch):
    monkeypatch.setenv("CASEWORK_PORT", "9000")
    monkeypatch.setenv("CASEWORK_TLS__CERTIFICATE", "/c.pem")
    monkeypatch.setenv("CASEWORK_TLS__KEY", "/k.pem")
    monkeypatch.setenv("CASEWORK_TLS__AUTHORITY", "/ca.pem")
    settings = Settings.load()
    assert settings.port == 9000
    assert settings.tls is not None
    assert str(settings.tls.key) == "/k.pem"


def test_an_error_names_the_setting_and_shows_no_value(secrets, monkeypatch):
    monkeypatch.setenv("CASEWORK_PORT", "Canari")
    (secrets / "casework_database_url").unlink()
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert "CASEWORK_PORT" in str(caught.value)
    assert "CASEWORK_DATABASE_URL" in str(caught.value)
    assert "Canari" not in str(caught.value)


def test_a_missing_secrets_folder_is_an_error(secrets, monkeypatch):
    monkeypatch.setenv("PARAVENT_SECRETS", str(secrets / "nowhere"))
    with pytest.raises(SettingsError, match="PARAVENT_SECRETS"):
        Settings.load()


def test_a_secret_never_shows_in_a_repr(secrets):
    assert "0f0f" not in repr(Settings.load())
    assert "secret@host" not in repr(Settings.load())
