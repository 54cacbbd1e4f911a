"""What the variables of the environment may be, and what start-up says of the others."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment, at_least, secret_of_this_machine, weaknesses

SECRET = "b7Qe_Zr1-xV9sT4kLm2Yh8WcNd5GfJp0uAoEiRtXyKzSvBnMqHwPlCgD6"
GOOD = {
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "competition.example.org",
    "DATABASE_URL": "postgres://competition:word@db:5432/competition",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_URL": "smtp+tls://mail:word@mail.example.org:587",
}


def test_weaknesses_of_a_sound_environment_are_none():
    assert weaknesses(GOOD) == []


def test_weaknesses_of_an_empty_environment_name_everything_at_once():
    named = [each.split()[0] for each in weaknesses({})]
    assert named == ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", SECRET[:49], "shorter than 50"),
        ("SECRET_KEY", "abcdefghi" * 9, "fewer than 10 different"),
        ("SECRET_KEY", f"django-insecure-{SECRET}", "development"),
        ("SECRET_KEY", " ", "missing"),
        ("ALLOWED_HOSTS", "*", "every host"),
        ("ALLOWED_HOSTS", "competition.example.org, *", "every host"),
        ("ALLOWED_HOSTS", ",", "missing"),
        ("DATABASE_URL", "sqlite:////var/lib/competition.sqlite3", "PostgreSQL"),
        ("REDIS_URL", "amqp://rabbit", "Redis"),
        ("EMAIL_URL", "consolemail://", "nobody"),
        ("EMAIL_URL", "dummymail://", "nobody"),
        ("DEBUG", "1", "strangers"),
        ("DEBUG", "True", "strangers"),
        ("CSRF_TRUSTED_ORIGINS", "https://a.example.org,b.example.org", "scheme"),
    ],
)
def test_weaknesses_of_one_variable_name_it_alone_and_not_its_value(name, value, said):
    [sentence] = weaknesses(GOOD | {name: value})
    assert sentence.startswith(name)
    assert said in sentence
    assert len(value) < 8 or value not in sentence


def test_weaknesses_tell_the_secret_of_the_embedded_default():
    [sentence] = weaknesses(GOOD, embedded_secret=SECRET)
    assert "embedded" in sentence


def test_environment_reads_numbers_switches_and_lists():
    env = Environment({"N": "3", "F": "0.5", "YES": "yes", "NO": "off", "HOSTS": " a.org, b.org ,"})
    assert (env.int("N"), env.float("F"), env.bool("YES"), env.bool("NO")) == (3, 0.5, True, False)
    assert env.list("HOSTS") == ["a.org", "b.org"]
    assert env.get_value("N", cast=at_least(3, int), default=9) == 3
    env.refuse()


def test_environment_takes_an_empty_variable_as_not_set():
    env = Environment({"N": "", "ON": " "})
    assert (env.int("N", default=7), env.bool("ON", default=True)) == (7, True)
    env.refuse()


def test_environment_malformed_is_refused_with_all_names_at_once():
    env = Environment(
        {
            "LEASE": "1m30",
            "KEEP": "0",
            "AGE": "ten",
            "DEBUG": "ture",
            "BASE": "mysql://a/b",
            "PORT": "postgres://h:port/b",
            "MAIL": "https://a",
        }
    )
    assert env.float("LEASE", default=60.0) == 60.0
    assert env.get_value("KEEP", cast=at_least(1, int), default=14) == 14
    assert env.int("AGE", default=60) == 60
    assert env.bool("DEBUG", default=False) is False
    assert env.database("BASE", default="sqlite:////tmp/x")["NAME"] == "/tmp/x"
    assert env.database("PORT", default="sqlite:////tmp/x")["NAME"] == "/tmp/x"
    assert env.str("NEEDED") == ""
    assert env.mail("MAIL", default="consolemail://")["EMAIL_BACKEND"].endswith("console.EmailBackend")
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.refuse()
    lines = str(refusal.value).splitlines()[1:]
    assert [line.split()[1] for line in lines] == ["LEASE", "KEEP", "AGE", "DEBUG", "BASE", "PORT", "NEEDED", "MAIL"]
    assert "must be 1 or more" in lines[1]
    assert "must be 1 or 0" in lines[3]


@pytest.mark.parametrize("value", ["nan", "-1", "x"])
def test_at_least_refuses_what_is_no_number_or_below(value):
    with pytest.raises(ValueError, match="must be"):
        at_least(0.1)(value)


def test_secret_of_this_machine_is_made_once_and_private(tmp_path):
    path = tmp_path / "secret_key"
    made = secret_of_this_machine(path)
    assert secret_of_this_machine(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert weaknesses(GOOD | {"SECRET_KEY": made}) == []
