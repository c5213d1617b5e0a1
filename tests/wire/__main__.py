"""python -m tests.wire [--check]: write docs/wire.md, or say whether it is what the tests say."""

import sys

from tests.wire.table import PAGE, Unmarked, page


def main(arguments: list[str]) -> int:
    try:
        wanted = page()
    except Unmarked as why:
        print(why)
        return 1
    if arguments != ["--check"]:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text("utf-8") == wanted:
        return 0
    print("docs/wire.md is not what the tests say: python -m tests.wire")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
