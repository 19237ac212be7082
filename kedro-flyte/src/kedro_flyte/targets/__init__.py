"""WRITE: one module a target, each with one function `render(plan) -> str`. No SDK in here."""
