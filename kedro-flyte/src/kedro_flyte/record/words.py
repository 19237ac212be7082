"""What a record measures, in words."""


def in_bytes(count: float) -> str:
    """Return a number of bytes: `1.5 GiB`, `120 MiB`, `3 KiB`."""
    if count >= 2**30:
        return f"{count / 2**30:.1f} GiB"
    return f"{count / 2**20:.0f} MiB" if count >= 2**20 else f"{count / 2**10:.0f} KiB"
