"""`python -m vidmill_cli`: the same as `vidmill`."""

from vidmill_cli.main import main

if __name__ == "__main__":
    main()
