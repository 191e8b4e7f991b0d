"""`python -m gergo` is the `gergo` command."""

from gergo.cli.main import main

if __name__ == "__main__":
    main()
