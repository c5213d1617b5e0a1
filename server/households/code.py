"""The short number of a household. Pure."""


def household_code(served: str) -> str:
    """What people say aloud: the last eight characters of the id, without dashes, upper case."""
    return served.replace("-", "")[-8:].upper()
