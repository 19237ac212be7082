"""Which values of the configuration seem to be secrets: by their keys, and by how they look.

Parsed keys and values are looked at, not lines. The keys and the forms of known tokens are those of
detect-secrets, with what it leaves out; why it is no dependency is told in the decisions.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kedro_flyte.plan.view import SecretView
from kedro_flyte.project.unresolved import Leaf, files, leaves

_FILES = ("credentials", "catalog", "parameters", "flyte", "globals")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ALWAYS = ("password", "passwd", "passphrase", "passcode", "pwd", "contrasena")
_AT_THE_END = ("secret", "authorization", "bearer", "apikey", "accesskey", "privatekey")
_BEFORE_KEY = {
    "api", "access", "private", "secret", "auth", "encryption", "signing", "ssh", "fernet",
}  # fmt: skip
_BEFORE_PASS = {
    "db", "database", "user", "key", "mail", "smtp", "ftp", "admin", "root", "sql", "my", "app",
}  # fmt: skip
_BEFORE_TOKEN = {
    "pad", "eos", "bos", "unk", "sep", "cls", "mask", "special", "start", "end", "stop", "first",
    "last", "max", "min", "per",
}  # fmt: skip
# The last word of a key that is about a secret, and holds none.
_ABOUT = {
    "name", "names", "file", "path", "dir", "env", "var", "variable", "column", "columns", "field",
    "length", "type", "url", "uri", "policy", "required", "hint", "pattern", "ttl", "rounds", "id",
}  # fmt: skip
_REFERENCE = re.compile(r"\$\{[^{}]*\}")
_DEFAULT = re.compile(r"\$\{\s*[\w.]+\s*:[^,{}]*,\s*([^{}]*)\}")
_NAME = re.compile(r"\$\{\s*(globals\s*:)?\s*(\w[\w.-]*)\s*\}")
# No name of a column, and no words.
_MADE_UP = re.compile(r"(?=.*\d)((?=.*[A-Z])\S{8,}|\S{20,})")
_PLACEHOLDER = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\*+|\.+|null|none", re.IGNORECASE)
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"\b[a-z][\w+.-]*://[^\s/:@]*:[^\s/@<>*]+@",  # a URL with a password
        r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}\s*$",
        r"(?i)\b(password|pwd|accountkey|sharedaccesskey|sig)\s*=\s*[^;&\s<*]+",
        r"-----BEGIN [A-Z ]*PRIVATE KEY",
        r"\b(AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b",
        r"\bgh[pousr]_\w{36}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{20,}",
        r"\bxox[abposr]-\w+-|\b[sr]k_live_\w{10,}|\bSG\.[\w-]{22}\.[\w-]{43}",
        r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",  # a JWT
        r"\bsk-[\w-]{20,}|\bhf_[A-Za-z]{30,}|\bAIza[\w-]{35}|\bdapi[0-9a-f]{32}|\bnpm_\w{36}",
        r"\bpypi-AgE[\w-]{20,}",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A value, and the file that it stands in."""

    file: str
    kind: str
    leaf: Leaf

    @property
    def view(self) -> SecretView:
        dotted = ".".join((self.kind, *self.leaf.keys))
        return SecretView(file=self.file, line=self.leaf.line, key=self.leaf.name, place=dotted)


def written_out(root: Path, folders: Iterable[Path]) -> list[SecretView]:
    """Return the places of all files of the configuration where a secret seems to stand."""
    places = list(_places(root, folders))
    named = {(one.kind, ".".join(one.leaf.keys)): one for one in places}
    found = {}
    for one in places:
        meant = _meant(one, named)
        if _is_secret(meant.leaf, one.leaf.name, one.kind):
            found[meant.file, meant.leaf.keys] = meant.view
    return list(found.values())


def _places(root: Path, folders: Iterable[Path]) -> Iterator[_Place]:
    for path in files(folders, _FILES):
        parts = path.relative_to(root).parts
        kind = next(kind for kind in _FILES if any(part.startswith(kind) for part in parts))
        for leaf in leaves(path):
            if not (kind == "flyte" and "secrets" in leaf.keys):  # names in the platform's store
                yield _Place(file="/".join(parts), kind=kind, leaf=leaf)


def _meant(one: _Place, named: Mapping[tuple[str, str], _Place]) -> _Place:
    """Return the value that a reference names, or that the place has itself."""
    match = _NAME.fullmatch(str(one.leaf.value).strip())
    if match is None:
        return one
    return named.get(("globals" if match[1] else one.kind, match[2]), one)


def _is_secret(leaf: Leaf, key: str, kind: str) -> bool:
    """Whether a value is a secret, which is in use under a key."""
    if isinstance(leaf.value, (bool, type(None))):
        return False
    text, is_whole = _literal(str(leaf.value).strip())
    if not text or _PLACEHOLDER.fullmatch(text):
        return False
    if any(form.search(text) for form in _FORMS):
        return True
    is_text = isinstance(leaf.value, str)
    return is_whole and (
        names_a_secret(key, is_text=is_text) or (is_text and _looks_so(leaf, text, kind))
    )


def _literal(text: str) -> tuple[str, bool]:
    """Return what stands in the file itself, and whether it is the whole value.

    It is the default of a reference, or what stands around references.
    """
    default = _DEFAULT.fullmatch(text)
    if default:
        return default[1].strip("\"' "), True
    around = text
    while _REFERENCE.search(around):
        around = _REFERENCE.sub("", around)
    return around.strip(), around == text


def names_a_secret(key: str, *, is_text: bool = True) -> bool:
    """Whether a key says that its value is a secret, whatever it looks like."""
    words = _words(key)
    if not words or words[-1] in _ABOUT:
        return words[-3:] == ["access", "key", "id"]
    if any(word.removesuffix("s").endswith(_ALWAYS) for word in words):
        return True
    before = words[-2] if len(words) > 1 else ""
    pairs = {"key": before in _BEFORE_KEY, "pass": not before or before in _BEFORE_PASS}
    if words[-1].endswith("token"):
        return is_text and before not in _BEFORE_TOKEN
    return words[-1].endswith(_AT_THE_END) or (is_text and pairs.get(words[-1], False))


def _words(key: str) -> list[str]:
    """Return the words of a key, in small letters; numbers at its end are left out."""
    words = [word.lower() for word in _WORD.findall(key)]
    while words and words[-1].isdigit():
        words.pop()
    return words


def _looks_so(leaf: Leaf, text: str, kind: str) -> bool:
    """Whether a value of a key that is often harmless is a secret: by its look, or its place."""
    words = _words(leaf.name)
    last = words[-1] if words else ""
    if last == "auth":  # [user, password]
        return len(leaf.keys) > 1 and leaf.keys[-1].isdigit() and leaf.keys[-1] != "0"
    inside = kind == "credentials" or "credentials" in leaf.keys[:-1]
    return last == "key" and (inside or _MADE_UP.fullmatch(text) is not None)
