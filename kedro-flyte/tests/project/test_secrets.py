"""Secrets that are written out in the configuration: which values are told, and which are not."""

import pytest
from kedro_flyte.project.secrets import written_out

WRITTEN_OUT = {
    "block": "db:\n  password: {c}\n",
    "flow": "db: {{password: {c}}}\n",
    "quoted key": 'db:\n  "password": "{c}"\n',
    "pwd": "db:\n  pwd: {c}\n",
    "pass": "db:\n  pass: {c}\n",
    "passphrase": "db:\n  passphrase: {c}\n",
    "access key id": "db:\n  aws_access_key_id: {c}\n",
    "key": "db:\n  key: {c}\n",
    "folded": "db:\n  password: >-\n    {c}\n",
    "next line": "db:\n  password:\n    {c}\n",
    "anchor": "db:\n  password: &p {c}\n",
    "alias": "_p: &p {c}\ndb:\n  password: *p\n",
    "merge": "_p: &p {{password: {c}}}\ndb:\n  <<: *p\n",
    "tag": "db:\n  password: !secret {c}\n",
    "sas": "db:\n  sas_token: {c}\n",
    "bearer": "db:\n  headers: {{Authorization: Bearer {c}}}\n",
    "header of its own": "db:\n  headers: {{X-API-Key: {c}}}\n",
    "list of two": "db:\n  auth: [user, {c}]\n",
    "list of many": "db:\n  passwords: [{c}, {c}]\n",
    "URL": "db:\n  con: postgresql://u:{c}@h/d\n",
    "URL in a flow": "db: {{con: 'postgresql://u:{c}@h/d'}}\n",
    "words of a driver": "db:\n  con: Server=h;Uid=u;Pwd={c};\n",
    "camel": "db:\n  apiKey: {c}\n",
    "camel with a prefix": "db:\n  dbPassword: {c}\n",
    "one word": "db:\n  dbpassword: {c}\n",
    "number": "db:\n  password: 73911\n",
    "number at the end": "db:\n  password_2: {c}\n",
    "default of a variable": "db:\n  password: ${{oc.env:DB_PASSWORD,{c}}}\n",
    "by reference": "_a: {{b: {c}}}\ndb:\n  password: ${{_a.b}}\n",
    "well-known form": "db:\n  anything: ghp_0123456789abcdefghijklmnopqrstuvwxyz\n",
    "private key": "db:\n  pem: '-----BEGIN RSA PRIVATE KEY-----'\n",
    "list of groups": "dbs:\n  - {{name: one, password: {c}}}\n",
}

HARMLESS = """
tokenizer: {pad_token: <pad>, eos_token: </s>, unk_token: UNK, mask_token: "[MASK]", max_token: 5}
model: {tokens: 512, n_tokens: 12, key: customer_id, keys: [a, b], primary_key: Id, first_pass: 3}
filter: {pass: true, bandpass: butter, key: feature_1, join: {key: day}}
db:
  password: null
  token: ""
  secret: ${oc.env:SECRET}
  con: postgresql://user:${oc.env:DB_PASSWORD}@host/db
  headers: {Authorization: "Bearer ${oc.env:TOKEN}"}
  password_column: pw
  token_url: https://example.org/token
  secret_name: warehouse
  auth: basic
  api_key: <your key>
  passphrase: ${oc.env:PHRASE,null}
  url: https://example.org:8080/@me
# password: hunter2
"""


def _told(tmp_path, text, name="parameters.yml"):
    file = tmp_path / "conf/base" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return written_out(tmp_path, [tmp_path / "conf/base"])


@pytest.mark.parametrize("form", WRITTEN_OUT)
def test_a_secret_is_told_however_it_is_written(tmp_path, form):
    told = _told(tmp_path, WRITTEN_OUT[form].format(c="CANARY55"))

    assert told
    assert all("CANARY" not in str(one) for one in told)


def test_what_only_resembles_a_secret_is_not_told(tmp_path):
    assert _told(tmp_path, HARMLESS) == []


def test_a_secret_is_told_with_its_keys_its_file_and_its_line(tmp_path):
    (one,) = _told(tmp_path, "a: 1\ndb:\n  user: me\n  password: CANARY\n", "parameters_db.yml")

    assert one.place == "parameters.db.password"
    assert (one.file, one.line, one.key) == ("conf/base/parameters_db.yml", 4, "password")


@pytest.mark.parametrize("name", ["catalog.yml", "catalog/raw.yml", "globals.yml", "flyte.yml"])
def test_other_files_of_the_configuration_are_looked_at_too(tmp_path, name):
    assert _told(tmp_path, "raw: {load_args: {token: CANARY55}}\n", name)


def test_a_key_within_credentials_is_told_whatever_it_looks_like(tmp_path):
    assert _told(tmp_path, "raw: {credentials: {key: canary, secret: canary}}\n", "catalog.yml")
    assert _told(tmp_path, "dev: {key: canary}\n", "credentials.yml")


def test_the_names_of_secrets_in_flyte_yml_are_none(tmp_path):
    text = "secrets: [{group: g, key: DB_PASSWORD1, env: DB_PASSWORD1}]\n"

    assert _told(tmp_path, text, "flyte.yml") == []


@pytest.mark.parametrize(
    "text",
    ["a: [", "a: &a [*a]\n", "\0", "- " * 90000, "[" * 9000, "{a: " * 9000, "? {a: 1}\n: b\n"],
)
def test_a_file_that_is_no_yaml_holds_no_secret(tmp_path, text):
    assert _told(tmp_path, text) == []
