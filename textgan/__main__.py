"""`python -m textgan` is the `textgan` command."""

from cli.main import main

if __name__ == "__main__":
    main()
