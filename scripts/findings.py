"""Write the list in docs/reference/findings.md from what `kedro flyte explain` says."""

import re
from pathlib import Path

from kedro_flyte.explanations import Explanation, explanations

PAGE = Path(__file__).resolve().parents[1] / "docs/reference/findings.md"
BEGIN, END = "<!-- written by `make findings` -->\n", "<!-- to here -->\n"


def table(known: list[Explanation]) -> str:
    """Return a row for each code, with a link to its section."""
    rows = [f"| [{one.code}](#{one.code.lower()}) | {one.severity} | {one.says} |" for one in known]
    return "\n".join(["| code | severity | says that |", "|---|---|---|", *rows]) + "\n"


def section(one: Explanation) -> str:
    """Return what is said of a code at length."""
    text = f"### {one.code}\n\n{_capital(one.says)} ({one.severity}).\n\n"
    text += f"**Why:** {one.why}\n\n**Do:** {one.mend}\n"
    if one.example:
        language = "python" if "Node(" in one.example else "yaml"
        text += f"\n```{language}\n{one.example}```\n"
    return text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def page(old: str) -> str:
    """Return the page with what lies between its marks written anew."""
    known = list(explanations().values())
    sections = "\n".join(map(section, known))
    made = f"{BEGIN}\n{table(known)}\n## One by one\n\n{sections}\n{END}"
    return re.sub(re.escape(BEGIN) + ".*" + re.escape(END), lambda _: made, old, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
